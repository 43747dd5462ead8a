-- Grain: customer × replicate in which the customer is drawn: how often. Replicate 0 is the sample, every customer once; the
-- others are Poisson draws, the same in every trial, so that differences are paired.
with customers as (
    select distinct customer_id
    from {{ ref('mitigation_customers') }}
),

replicates as ({{ literal_rows('replicate', range(1, var('bootstrap_replicates') + 1)) }}),

drawn as (
    select
        customer_id,
        replicate,
        {{ poisson_1('uniform') }} as weight
    from (
        select
            customers.customer_id,
            replicates.replicate,
            {{ hash_uniform("customers.customer_id || ':' || cast(replicates.replicate as string)") }} as uniform
        from customers
        cross join replicates
    ) as uniforms
)

select
    customer_id,
    replicate,
    weight
from drawn
where weight > 0
union all
select
    customer_id,
    0 as replicate,
    1 as weight
from customers
