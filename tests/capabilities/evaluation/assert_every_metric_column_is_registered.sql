-- Catches an unregistered evaluation metric, a registered evaluation metric that is never measured, and a customer's value
-- outside its range. Also catches a measured metric that is not published, and an interval that the registry does not announce.
-- Also catches a missing interval that the registry announces although there are enough customers. List metrics may be NULL.
with extremes as (
    {%- for table, columns, may_be_null in [
        ('customer_metrics', [
            'ndcg_at_k', 'recall_at_k', 'recall_capped_at_k', 'precision_at_k', 'hit_rate_at_k', 'mrr_at_k', 'map_at_k',
            'customer_coverage_share',
        ], false),
        ('list_metrics', [
            'novelty_at_k', 'popularity_quantile_at_k', 'long_tail_share', 'serendipity_at_k', 'intra_list_diversity', 'auc_at_k',
        ], true),
        ('catalogue_metrics', ['catalogue_coverage_share', 'gini'], false),
    ] %}
    {%- for column in columns %}
    select
        '{{ column }}' as metric,
        min({{ column }}) as lowest_value,
        max({{ column }}) as highest_value,
        count(*) filter (where {{ column }} is null{{ ' and false' if may_be_null }}) as missing_count
    from {{ ref(table) }}
    union all
    {%- endfor %}
    {%- endfor %}
    select
        'overlap_at_k' as metric,
        min(observed) as lowest_value,
        max(observed) as highest_value,
        0 as missing_count
    from {{ ref('gate_results') }}
    where metric = 'overlap_at_k'
),

published as (
    select
        metric,
        count(ci_low) > 0 as has_interval,
        max(customer_count) as most_customers
    from {{ ref('model_performance') }}
    group by metric
    union all
    select
        'overlap_at_k' as metric,
        false as has_interval,
        0 as most_customers
),

-- With fewer evaluated customers, no mean is published.
judged as (
    select coalesce(max(customer_count), 0) >= {{ var('smallest_published_cell') }} as are_enough
    from {{ ref('bootstrap_means') }}
),

registry as (
    select
        metric,
        lowest,
        highest,
        interval_method is not null as has_interval
    from {{ ref('metric_registry') }}
    where published_in in ('model_performance', 'gate_results')
)

select
    coalesce(extremes.metric, published.metric) as measured,
    registry.metric as registered,
    extremes.lowest_value,
    extremes.highest_value,
    extremes.missing_count
from extremes
full outer join published on extremes.metric = published.metric
full outer join registry on coalesce(extremes.metric, published.metric) = registry.metric
cross join judged
where
    extremes.metric is null
    or (published.metric is null and extremes.lowest_value is not null and judged.are_enough)
    or registry.metric is null
    or extremes.missing_count > 0
    or (published.has_interval and not registry.has_interval)
    or (published.most_customers >= 50 and registry.has_interval and not published.has_interval)
    or extremes.lowest_value < registry.lowest - 1e-12
    or extremes.highest_value > registry.highest + 1e-12
