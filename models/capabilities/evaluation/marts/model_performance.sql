-- Grain: cutoff × source × slice × slice_value × mode × metric × k, on the test cutoffs. What each source and each way of joining
-- them (source `hybrid` is the one that is published) are worth: the mean over customers with its bootstrap interval, and what
-- their lists make of the catalogue, which has none. metric_registry says how each metric is computed.
with catalogue_customers as (
    select
        lists.cutoff_id,
        lists.mode,
        lists.source,
        count(*) as customer_count
    from {{ ref('evaluated_lists') }} as lists
    where lists.list_rank = 1
    group by lists.cutoff_id, lists.mode, lists.source
)

select
    cutoff_id,
    source,
    slice,
    slice_value,
    mode,
    metric,
    k,
    value,
    ci_low,
    ci_high,
    customer_count
from {{ ref('bootstrap_means') }}
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
