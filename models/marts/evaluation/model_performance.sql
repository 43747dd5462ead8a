-- Grain: cutoff × source × slice × mode × metric × k, on the test cutoff. What each source and the blend (source `hybrid`)
-- are worth: the mean over customers with its bootstrap interval. Read by people, dashboards and gates.
with metrics as (
    {%- for metric in metric_columns() %}
    select cutoff_id, source, slice, mode, '{{ metric }}' as metric, k, replicate, customer_count, {{ metric }} as mean_value
    from {{ ref('bootstrap_means') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    cutoff_id,
    source,
    slice,
    mode,
    metric,
    k,
    max(mean_value) filter (where replicate = 0) as value,
    {{ interval_bound('case when replicate > 0 then mean_value end', 'low') }} as ci_low,
    {{ interval_bound('case when replicate > 0 then mean_value end', 'high') }} as ci_high,
    max(customer_count) filter (where replicate = 0) as customer_count
from metrics
group by cutoff_id, source, slice, mode, metric, k
