-- Catches a column of customer_metrics, list_metrics, catalogue_metrics or release_overlaps that nobody registered, a
-- registered metric that no table measures, one customer's value outside its range, and an interval the registry doesn't
-- promise. Lists may lack a value.
with extremes as (
    {%- for table, columns, may_be_null in [
        ('customer_metrics', metric_columns(), false),
        ('list_metrics', list_metric_columns(), true),
        ('catalogue_metrics', catalogue_metric_columns(), false),
        ('release_overlaps', ['overlap_at_k'], false),
    ] %}
    {%- set outer_loop = loop %}
    {%- for column in columns %}
    select
        '{{ column }}' as metric,
        {{ 'false' if table in ('catalogue_metrics', 'release_overlaps') else 'true' }} as is_of_customers,
        min({{ column }}) as lowest_value,
        max({{ column }}) as highest_value,
        count(*) filter (where {{ column }} is null{{ ' and false' if may_be_null }}) as missing_count
    from {{ ref(table) }}
    {{ 'union all' if not (loop.last and outer_loop.last) }}
    {%- endfor %}
    {%- endfor %}
)

select
    extremes.metric as measured,
    registry.metric as registered,
    extremes.lowest_value,
    extremes.highest_value,
    extremes.missing_count
from extremes
full outer join {{ ref('metric_registry') }} as registry on extremes.metric = registry.metric
where
    extremes.metric is null
    or registry.metric is null
    or extremes.missing_count > 0
    or extremes.is_of_customers <> registry.has_interval
    or extremes.lowest_value < registry.lowest - 1e-12
    or extremes.highest_value > registry.highest + 1e-12
