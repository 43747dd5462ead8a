-- Grain: cutoff (test) × mode × assembly step × metric: the cost in nDCG and the gain in diversity and coverage of each step,
-- relative to the step before. Intervals of nDCG and intra-list diversity are intervals of the paired difference: each bootstrap
-- replicate evaluates both lists on the same customers.
with steps as (
    select
        1 as step_number,
        'blend' as step
    union all
    select
        2 as step_number,
        'eligibility' as step
    union all
    select
        3 as step_number,
        'repeat_guard' as step
    union all
    select
        4 as step_number,
        'rules_and_fatigue' as step
    union all
    select
        5 as step_number,
        'diversity' as step
    union all
    select
        6 as step_number,
        'pins_and_exploration' as step
),

product_counts as (
    select
        cutoff_id,
        count(*) as product_count
    from {{ ref('cutoff_products') }}
    group by cutoff_id
),

coverage as (
    select
        lists.cutoff_id,
        lists.mode,
        lists.step_number,
        'catalogue_coverage_share' as metric,
        count(distinct lists.product_index) / cast(max(product_counts.product_count) as double) as value
    from {{ ref('assembly_steps') }} as lists
    inner join product_counts on lists.cutoff_id = product_counts.cutoff_id
    group by lists.cutoff_id, lists.mode, lists.step_number
),

effects as (
    select
        cutoff_id,
        mode,
        step_number,
        metric,
        value,
        difference,
        ci_low,
        ci_high
    from {{ ref('assembly_step_means') }}
    union all
    select
        coverage.cutoff_id,
        coverage.mode,
        coverage.step_number,
        coverage.metric,
        coverage.value,
        coverage.value - previous.value as difference,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high
    from coverage
    left join coverage as previous
        on
            coverage.cutoff_id = previous.cutoff_id
            and coverage.mode = previous.mode
            and coverage.step_number = previous.step_number + 1
)

select
    effects.cutoff_id,
    effects.mode,
    effects.step_number,
    steps.step,
    effects.metric,
    effects.value,
    effects.difference,
    effects.ci_low,
    effects.ci_high
from effects
inner join steps on effects.step_number = steps.step_number
