-- Grain: customer. Poisson bootstrap: in each replicate a customer counts as often as a Poisson(1) draw says, drawn from the md5
-- of customer and replicate, so that all metrics and sources share the same replicates (differences are paired) and a rebuild
-- repeats them. One digit per replicate rather than a row: so replicates become columns of one pass over the metrics, not a
-- table two hundred times as long.
{%- set replicates = range(1, var('bootstrap_replicates') + 1) %}
with customers as (
    select distinct customer_id from {{ ref('customer_metrics') }}
),

draws as (
    select
        {%- for replicate in replicates %}
        {{ hash_uniform("customer_id || ':" ~ replicate ~ "'") }} as draw_{{ replicate }},
        {%- endfor %}
        customer_id
    from customers
)

select
    customer_id,
    concat(
        {%- for replicate in replicates %}
        {{ poisson_1('draw_' ~ replicate) }}{{ ',' if not loop.last }}
        {%- endfor %}
    ) as weights
from draws
