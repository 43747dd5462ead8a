-- Grain: mode × tier × activity band × source. Weights of the blend.
-- With a history: blend_trials chose one mix for all customers on the tuning cutoffs. The weights of a tier's activity band are
-- shrunk towards that mix with a prior of prior_lists lists, so that a band with few lists follows the mix. If the tuning cutoffs
-- have no labels, the default weights apply.
-- Without a history: the source that leads the tier gets all weight, unless another single source or a blend is better on the
-- tuning cutoffs by more than margin standard errors. A margin is needed because such lists are few, so that the best of several
-- blends is easily the best by chance.
-- The weight of a source is 0 on tiers whose customers have no data that the source uses. A refresh keeps the cells of the
-- previous run, because customers whose lists are kept belong to them.
-- Lossy: withholds figures computed from few lists.
{%- set default_normalisation, floor = 'log_rank', 'popularity' %}   {#- scale and source if nothing was learned #}
{%- set prior_lists, margin = 500, 2 %}   {#- lists, standard errors #}
{%- set is_small = 'coalesce(of_kind.list_count, of_cell.list_count, 0) between 1 and '
    ~ (var('smallest_published_cell') | int - 1) %}
with ranked_trials as (
    select
        *,
        rank() over (
            partition by mode, has_history, tier, activity_band
            order by
                case
                    when has_history then case when is_chosen then 0 else 1 end
                    when trial = 0 or difference > {{ margin }} * standard_error then 0
                    else 1
                end asc nulls last,
                ndcg_at_k desc nulls last,
                trial asc nulls last
        ) as quality_rank
    from {{ ref('blend_trials') }}
    where has_history or tier <> 'all'
),

chosen_trials as (
    select
        mode,
        tier,
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
        tier,
        activity_band
    from {{ ref('customer_tiers') }}
    {%- if run_scope() == 'refresh' %}
    union
    select distinct
        activity_band <> '0' as has_history,
        tier,
        activity_band
    from {{ this }}
    {%- endif %}
),

cell_sources as (
    select
        cells.has_history,
        cells.tier,
        cells.activity_band,
        sources.source,
        case when {{ array_contains('sources.tiers', 'cells.tier') }} then sources.default_weight else 0 end as default_share,
        coalesce(
            max(case when sources.leads_tier = cells.tier then sources.source end) over (
                partition by cells.tier, cells.activity_band
            ),
            '{{ floor }}'
        ) as leading_source
    from {{ ref('candidate_sources') }} as sources
    cross join cells
),

defaults as (
    select
        has_history,
        tier,
        activity_band,
        source,
        case
            when has_history
                then
                    default_share / cast(
                        sum(cast(default_share as decimal(38, 18))) over (partition by tier, activity_band) as double
                    )
            when source = leading_source then 1
            else 0
        end as weight
    from cell_sources
)

select
    modes.mode,
    defaults.tier,
    defaults.activity_band,
    defaults.source,
    coalesce(of_kind.normalisation, of_cell.normalisation, '{{ default_normalisation }}') as normalisation,
    case
        when defaults.has_history
            then
                (
                    coalesce(of_cell.list_count * of_cell.weight, 0)
                    + {{ prior_lists }} * coalesce(of_kind.weight, defaults.weight)
                ) / (coalesce(of_cell.list_count, 0) + {{ prior_lists }})
        else coalesce(of_cell.weight, defaults.weight)
    end as weight,
    case when {{ is_small }} then null else coalesce(of_kind.ndcg_at_k, of_cell.ndcg_at_k) end as tune_ndcg,
    case when {{ is_small }} then null else coalesce(of_kind.list_count, of_cell.list_count, 0) end as tune_list_count
from defaults
cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
left join chosen_trials as of_kind
    on
        defaults.has_history
        and modes.mode = of_kind.mode
        and defaults.source = of_kind.source
        and of_kind.tier = 'all'
left join chosen_trials as of_cell
    on
        modes.mode = of_cell.mode
        and defaults.tier = of_cell.tier
        and defaults.source = of_cell.source
        and defaults.activity_band = of_cell.activity_band
