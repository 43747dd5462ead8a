-- Grain: cutoff × baseline × slice × mode × metric × k, on the test cutoff. How much better the blend is than each source
-- alone. The interval is of the paired difference: both are measured on the same customers in every replicate, which is far
-- narrower than two intervals held side by side. Read by people, dashboards and gates.
with differences as (
    {%- for metric in metric_columns() %}
    select
        hybrid.cutoff_id,
        baseline.source as baseline,
        hybrid.slice,
        hybrid.mode,
        '{{ metric }}' as metric,
        hybrid.k,
        hybrid.replicate,
        hybrid.customer_count,
        hybrid.{{ metric }} - baseline.{{ metric }} as difference
    from {{ ref('bootstrap_means') }} as hybrid
    inner join {{ ref('bootstrap_means') }} as baseline
        on
            hybrid.cutoff_id = baseline.cutoff_id
            and hybrid.mode = baseline.mode
            and hybrid.slice = baseline.slice
            and hybrid.k = baseline.k
            and hybrid.replicate = baseline.replicate
            and baseline.source <> 'hybrid'
    where hybrid.source = 'hybrid'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    cutoff_id,
    baseline,
    slice,
    mode,
    metric,
    k,
    max(difference) filter (where replicate = 0) as difference,
    {{ interval_bound('case when replicate > 0 then difference end', 'low') }} as ci_low,
    {{ interval_bound('case when replicate > 0 then difference end', 'high') }} as ci_high,
    max(customer_count) filter (where replicate = 0) as customer_count
from differences
group by cutoff_id, baseline, slice, mode, metric, k
