-- Grain: cutoff (test) × source × metric × attribute × protected_group × replicate (0 = the sample): every metric of
-- fairness_checks as numerator over denominator (1 where it is a gap). A group is held against the others of its attribute
-- together. protected_group `all`: the farthest apart of the groups with at least fairness_fewest_customers customers, of
-- which there must be two. The catalogue has no sampling error, so its share is the same in each replicate. A view: read once.
{{ config(materialized='view') }}
{%- set others = {
    'ndcg_shortfall': ["(all_ndcg - ndcg) / nullif(all_base - base, 0) - ndcg / nullif(base, 0)", "1.0"],
    'hit_rate_ratio': ["hit / nullif(base, 0)", "(all_hit - hit) / nullif(all_base - base, 0)"],
    'personal_list_ratio': ["personal / nullif(base, 0)", "(all_personal - personal) / nullif(all_base - base, 0)"],
    'calibration_excess': [
        "divergence / nullif(divergence_customers, 0)"
        ~ " - (all_divergence - divergence) / nullif(all_divergence_customers - divergence_customers, 0)", "1.0"
    ],
    'exposure_parity': ["exposure / nullif(all_exposure, 0)", "catalogue_share"],
    'exposure_merit': ["exposure / nullif(all_exposure, 0)", "base / nullif(all_base, 0)"],
    'opportunity_ratio': ["hits / nullif(base, 0)", "(all_hits - hits) / nullif(all_base - base, 0)"],
} %}
{%- set extremes = {
    'ndcg_gap': ["max(ndcg / base) - min(ndcg / base)", "1.0"],
    'hit_rate_disparity': ["min(hit / base)", "max(hit / base)"],
    'personal_list_disparity': ["min(personal / base)", "max(personal / base)"],
    'opportunity_disparity': ["min(hits / base)", "max(hits / base)"],
    'opportunity_variation': [
        "sqrt(greatest(" ~ stable_sum('hits / base * hits / base') ~ " / count(*) - power("
        ~ stable_sum('hits / base') ~ " / count(*), 2), 0)) / nullif(" ~ stable_sum('hits / base') ~ " / count(*), 0)", "1.0"
    ],
} %}
with catalogue as (
    select
        cutoff_id,
        attribute,
        protected_group,
        cast(count(*) as double) / sum(count(*)) over (partition by cutoff_id, attribute) as catalogue_share
    from {{ ref('product_groups') }}
    group by cutoff_id, attribute, protected_group
),

measured as (
    select
        replicates.*,
        catalogue.catalogue_share
    from {{ ref('fairness_replicates') }} as replicates
    left join catalogue
        on
            replicates.cutoff_id = catalogue.cutoff_id
            and replicates.attribute = catalogue.attribute
            and replicates.protected_group = catalogue.protected_group
)

{% for metric, parts in others.items() %}
select
    cutoff_id,
    source,
    '{{ metric }}' as metric,
    attribute,
    protected_group,
    replicate,
    cast({{ parts[0] }} as double) as numerator,
    cast({{ parts[1] }} as double) as denominator,
    unit_count
from measured
where side = '{{ fairness_metrics()[metric].side }}'
union all
{% endfor %}
{%- for metric, parts in extremes.items() %}
select
    cutoff_id,
    source,
    '{{ metric }}' as metric,
    attribute,
    'all' as protected_group,
    replicate,
    cast({{ parts[0] }} as double) as numerator,
    cast({{ parts[1] }} as double) as denominator,
    min(unit_count) as unit_count
from measured
where
    side = '{{ fairness_metrics()[metric].side }}'
    and unit_count >= {{ var('fairness_fewest_customers') }}
    and base > 0
group by cutoff_id, source, attribute, replicate
having count(*) > 1
{{ 'union all' if not loop.last }}
{%- endfor %}
