{#- Query: relative change of each metric from the last release to this build. The two values are separate estimates, often on
    different customers. The interval is therefore that of a difference of independent estimates (MOVER: half-widths combine by
    root sum of squares). It is wider than a paired interval if the customers are the same. Only values of the same protocol are
    compared. `metrics` is release_metrics or its state after the previous build. -#}
{% macro changes_of(metrics) %}
select
    now.source,
    now.mode,
    now.slice,
    now.metric,
    now.k,
    (now.value - earlier.value) / nullif(earlier.value, 0) as change,
    (
        now.value - earlier.value
        - sqrt((now.value - now.ci_low) * (now.value - now.ci_low)
            + (earlier.ci_high - earlier.value) * (earlier.ci_high - earlier.value))
    ) / nullif(earlier.value, 0) as ci_low,
    (
        now.value - earlier.value
        + sqrt((now.ci_high - now.value) * (now.ci_high - now.value)
            + (earlier.value - earlier.ci_low) * (earlier.value - earlier.ci_low))
    ) / nullif(earlier.value, 0) as ci_high,
    least(now.customer_count, earlier.customer_count) as customer_count
from {{ metrics }} as now
inner join {{ metrics }} as earlier
    on
        now.source = earlier.source
        and now.mode = earlier.mode
        and now.slice = earlier.slice
        and now.metric = earlier.metric
        and now.k = earlier.k
        and now.protocol = earlier.protocol
where now.release = 'this' and earlier.release = 'last'
{%- endmacro %}
