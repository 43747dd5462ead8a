-- Grain: customer × replicate with a weight above zero. Poisson bootstrap: in each replicate a customer counts as often as a
-- Poisson(1) draw says, drawn from the md5 of customer and replicate, so that all metrics and sources share the same
-- replicates (differences are paired) and a rebuild repeats them. Read by bootstrap_means.
with replicates as ({{ literal_rows('replicate', range(1, var('bootstrap_replicates') + 1)) }}),

customers as (
    select distinct customer_id from {{ ref('customer_metrics') }}
),

draws as (
    select
        customers.customer_id,
        replicates.replicate,
        {{ hash_uniform("customers.customer_id || ':' || cast(replicates.replicate as string)") }} as draw
    from customers
    cross join replicates
),

weights as (
    select
        customer_id,
        replicate,
        {{ poisson_1('draw') }} as weight
    from draws
)

select
    customer_id,
    replicate,
    weight
from weights
where weight > 0
