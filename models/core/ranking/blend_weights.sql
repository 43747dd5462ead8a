-- Grain: mode × rung × band of activity × source. The weights a list is blended with. Those of all customers with a history, and
-- of all without, are the trial with the best nDCG on tune, of equal trials the first tried. Without a history they lean on the
-- default weights as if default_lists lists had asked for them: such lists are few, and the few sources that speak to them
-- are all sound. Those of a rung's band lean on the weights of their kind as if prior_lists lists had asked for them, so
-- that a thin band follows all. Where tune had no labels the default weights stand: of all sources for customers with a history,
-- else of those that don't need one. A refresh keeps the cells of the run before: customers whose lists stay are in them.
{%- set default_normalisation, default_lists, prior_lists = 'log_rank', 200, 500 %}   {#- lists #}
with ranked_trials as (
    select
        *,
        rank() over (
            partition by mode, has_history, rung, activity_band order by ndcg_at_k desc nulls last, trial asc nulls last
        ) as quality_rank
    from {{ ref('blend_trials') }}
),

found as (
    select
        mode,
        has_history,
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

cells as (
    select distinct
        has_history,
        rung,
        activity_band
    from {{ ref('customer_rungs') }}
    {%- if run_scope() == 'refresh' %}
    union
    select distinct
        activity_band <> '0' as has_history,
        rung,
        activity_band
    from {{ this }}
    {%- endif %}
),

defaults as (
    select
        cells.has_history,
        cells.rung,
        cells.activity_band,
        sources.source,
        case when cells.has_history or not sources.needs_history then sources.default_weight else 0 end as default_share,
        cast(
            sum(
                case
                    when cells.has_history or not sources.needs_history then cast(sources.default_weight as decimal(38, 18))
                    else 0
                end
            ) over (partition by cells.rung, cells.activity_band) as double
        ) as total_share
    from {{ ref('candidate_sources') }} as sources
    cross join cells
),

leaning as (
    select
        modes.mode,
        defaults.rung,
        defaults.activity_band,
        defaults.source,
        coalesce(of_kind.normalisation, '{{ default_normalisation }}') as normalisation,
        case
            when defaults.has_history then coalesce(of_kind.weight, defaults.default_share / defaults.total_share)
            else
                (
                    coalesce(of_kind.list_count * of_kind.weight, 0)
                    + {{ default_lists }} * defaults.default_share / defaults.total_share
                ) / (coalesce(of_kind.list_count, 0) + {{ default_lists }})
        end as kind_weight,
        of_cell.weight as band_weight,
        of_kind.ndcg_at_k as tune_ndcg,
        coalesce(of_cell.list_count, 0) as band_list_count,
        coalesce(of_kind.list_count, 0) as tune_list_count
    from defaults
    cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
    left join found as of_kind
        on
            modes.mode = of_kind.mode
            and defaults.has_history = of_kind.has_history
            and defaults.source = of_kind.source
            and of_kind.rung = 'all'
    left join found as of_cell
        on
            modes.mode = of_cell.mode
            and defaults.rung = of_cell.rung
            and defaults.source = of_cell.source
            and defaults.activity_band = of_cell.activity_band
)

select
    mode,
    rung,
    activity_band,
    source,
    normalisation,
    (band_list_count * coalesce(band_weight, 0) + {{ prior_lists }} * kind_weight)
    / (band_list_count + {{ prior_lists }}) as weight,
    tune_ndcg,
    tune_list_count,
    band_list_count
from leaning
