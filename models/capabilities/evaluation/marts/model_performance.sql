-- Grain: cutoff × source × slice × slice_value × mode × metric × k, on the test cutoffs: metrics of each source and each ranking
-- method (source `hybrid` is the published one). Accuracy metrics are means over customers with a bootstrap confidence interval;
-- catalogue metrics have no interval. metric_registry defines each metric. Lossy: means of few customers have no row, nor do
-- means that would reveal the few by difference to the mean of all customers (macro suppressed_cells).
{%- set keys = ['cutoff_id', 'source', 'mode', 'metric', 'k'] %}
with cells as (
    select
        {{ keys | join(',\n        ') }},
        case when slice in ('with_history', 'without_history') then 'history' else slice end as dimension,
        slice,
        slice_value,
        customer_count
    from {{ ref('bootstrap_means') }}
),

-- Customers of slice `all` who are in no measured value of a slice.
left_out as (
    select
        {%- for key in keys %}
        parts.{{ key }},
        {%- endfor %}
        parts.dimension,
        'left_out' as slice,
        'left_out' as slice_value,
        max(all_customers.customer_count) - sum(parts.customer_count) as customer_count
    from cells as parts
    inner join cells as all_customers
        on
            all_customers.slice = 'all'
            {%- for key in keys %}
            and parts.{{ key }} = all_customers.{{ key }}
            {%- endfor %}
    where parts.slice <> 'all'
    group by
        {%- for key in keys %}
        parts.{{ key }},
        {%- endfor %}
        parts.dimension
),

all_cells as (
    select * from cells
    union all
    select * from left_out
),

published as (
    {{ suppressed_cells('all_cells', 'customer_count', ['slice', 'slice_value'], [keys + ['dimension']]) | indent(4) }}
),

catalogue_customers as (
    select
        lists.cutoff_id,
        lists.mode,
        lists.source,
        count(*) as customer_count
    from {{ ref('evaluated_lists') }} as lists
    where lists.list_rank = 1
    group by lists.cutoff_id, lists.mode, lists.source
    having count(*) >= {{ var('smallest_published_cell') }}
)

select
    means.cutoff_id,
    means.source,
    means.slice,
    means.slice_value,
    means.mode,
    means.metric,
    means.k,
    means.value,
    means.ci_low,
    means.ci_high,
    means.customer_count
from {{ ref('bootstrap_means') }} as means
inner join published
    on
        means.slice_value = published.slice_value
        {%- for key in keys + ['slice'] %}
        and means.{{ key }} = published.{{ key }}
        {%- endfor %}
where not published.is_suppressed
{%- for metric in ['catalogue_coverage_share', 'gini'] %}
union all
select
    metrics.cutoff_id,
    metrics.source,
    'all' as slice,
    'all' as slice_value,
    metrics.mode,
    '{{ metric }}' as metric,
    metrics.k,
    metrics.{{ metric }} as value,
    cast(null as double) as ci_low,
    cast(null as double) as ci_high,
    customers.customer_count
from {{ ref('catalogue_metrics') }} as metrics
inner join catalogue_customers as customers
    on
        metrics.cutoff_id = customers.cutoff_id
        and metrics.mode = customers.mode
        and metrics.source = customers.source
{%- endfor %}
