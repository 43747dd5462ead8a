-- Grain: measured impression with a variant: the experiment it belongs to. That is the experiment of the seed that has the variant
-- and was running at the time, and that the impression names if it names one; or else `unnamed`. If several experiments fit, it is
-- the one that started last: assert_impressions_fit_one_experiment warns about them.
with planned as (
    select
        variants.variant,
        experiments.experiment,
        experiments.starts_on,
        experiments.ends_on
    from {{ ref('experiment_variants') }} as variants
    inner join {{ ref('experiments') }} as experiments on variants.experiment = experiments.experiment
),

fitting as (
    select
        impressions.record_id,
        planned.experiment,
        planned.ends_on,
        count(*) over (partition by impressions.record_id) as fitting_count,
        row_number() over (
            partition by impressions.record_id
            order by planned.starts_on desc nulls last, planned.experiment asc nulls last
        ) as fitting_rank
    from {{ ref('measured_impressions') }} as impressions
    inner join planned
        on
            impressions.variant = planned.variant
            and (impressions.experiment is null or impressions.experiment = planned.experiment)
            and impressions.shown_at >= planned.starts_on
            and (planned.ends_on is null or cast(impressions.shown_at as date) <= planned.ends_on)
)

select
    impressions.record_id,
    coalesce(fitting.experiment, 'unnamed') as experiment,
    impressions.customer_id,
    impressions.variant,
    impressions.shown_at,
    impressions.clicked_at,
    impressions.purchased_at,
    fitting.ends_on,
    coalesce(fitting.fitting_count, 0) as fitting_count
from {{ ref('measured_impressions') }} as impressions
left join fitting
    on
        impressions.record_id = fitting.record_id
        and fitting.fitting_rank = 1
where impressions.variant is not null
