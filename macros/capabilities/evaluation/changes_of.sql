{#- A query: how far each metric moved from the last release to this build, as a share of what it was. The two are estimates of their
    own, often on other customers, so the interval is that of a difference of independent estimates (MOVER: half-widths are added in
    squares); wider than a paired one where customers are the same. Only what was measured by the same protocol is compared.
    `metrics` is release_metrics or what its previous build left. -#}
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
