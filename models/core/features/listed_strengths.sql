-- Grain: cutoff × customer who gets a list there × product of the customer's history: customer_product_strengths without the
-- customers from whom sources only learn. A view: sources read it once each.
{{ config(materialized='view') }}
select
    strengths.cutoff_id,
    strengths.customer_index,
    strengths.product_index,
    strengths.strength
from {{ ref('customer_product_strengths') }} as strengths
inner join {{ ref('cutoff_customers') }} as customers
    on
        strengths.cutoff_id = customers.cutoff_id
        and strengths.customer_index = customers.customer_index
