-- Grain: mode × rung × band of activity × source. The weights a list is blended with. Those of a rung are the trial with the best
-- nDCG on tune, of equal trials the first tried; those of a band lean on the rung's as if blend_prior_lists lists had asked for
-- them, so that a thin band follows all. Where tune had no labels the default weights stand: of all sources for customers with a
-- history, else of those that don't need one. Read by pool, list_contributions and whoever wants to know what lists are made of.
with ranked_trials as (
    select
        *,
        rank() over (
            partition by mode, rung, activity_band order by ndcg_at_k desc nulls last, trial asc nulls last
        ) as quality_rank
    from {{ ref('blend_trials') }}
),

found as (
    select
        mode,
        rung,
        activity_band,
        source,
        normalisation,
        weight,
        ndcg_at_k,
        list_count
    from ranked_trials
    where quality_rank = 1
),

bands as (
    select distinct
        rung,
        activity_band
    from {{ ref('cutoff_customers') }}
),

defaults as (
    select
        bands.rung,
        bands.activity_band,
        sources.source,
        case when bands.rung = 'history' or not sources.needs_history then sources.default_weight else 0 end as share,
        sum(case when bands.rung = 'history' or not sources.needs_history then sources.default_weight else 0 end) over (
            partition by bands.rung, bands.activity_band
        ) as total
    from {{ ref('candidate_sources') }} as sources
    cross join bands
),

leaning as (
    select
        modes.mode,
        defaults.rung,
        defaults.activity_band,
        defaults.source,
        coalesce(of_rung.normalisation, '{{ var("blend_default_normalisation") }}') as normalisation,
        coalesce(of_rung.weight, defaults.share / defaults.total) as rung_weight,
        of_band.weight as band_weight,
        of_rung.ndcg_at_k as tune_ndcg,
        coalesce(of_band.list_count, 0) as band_list_count,
        coalesce(of_rung.list_count, 0) as tune_list_count
    from defaults
    cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
    left join found as of_rung
        on
            modes.mode = of_rung.mode
            and defaults.rung = of_rung.rung
            and defaults.source = of_rung.source
            and of_rung.activity_band = 'all'
    left join found as of_band
        on
            modes.mode = of_band.mode
            and defaults.rung = of_band.rung
            and defaults.source = of_band.source
            and defaults.activity_band = of_band.activity_band
)

select
    mode,
    rung,
    activity_band,
    source,
    normalisation,
    (band_list_count * coalesce(band_weight, 0) + {{ var('blend_prior_lists') }} * rung_weight)
    / (band_list_count + {{ var('blend_prior_lists') }}) as weight,
    tune_ndcg,
    tune_list_count,
    band_list_count
from leaning
