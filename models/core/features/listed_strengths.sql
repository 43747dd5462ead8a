-- Grain: cutoff × customer who gets a list at the cutoff × product of the customer's history: customer_product_strengths without
-- the customers that sources only learn from. A view, because each source reads it once.
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
