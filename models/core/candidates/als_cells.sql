-- Grain: cutoff × customer × product with at least one interaction before the cutoff: the cells als learns from. weight is what
-- a cell counts beyond the 1 of every pair: als_alpha × strength, times the training weights of the customer's group and of the
-- product's propensity where they are on. A view: it is as long as the strengths.
{{ config(materialized='view') }}
select
    strengths.cutoff_id,
    strengths.customer_id,
    strengths.product_id,
    strengths.customer_index,
    strengths.product_index,
    {{ var('als_alpha') }} * strengths.strength
    * coalesce(of_customers.training_weight, 1.0)
    * coalesce(of_products.training_weight, 1.0) as weight
from {{ ref('customer_product_strengths') }} as strengths
left join {{ ref('customer_training_weights') }} as of_customers
    on
        strengths.cutoff_id = of_customers.cutoff_id
        and strengths.customer_id = of_customers.customer_id
left join {{ ref('product_training_weights') }} as of_products
    on
        strengths.cutoff_id = of_products.cutoff_id
        and strengths.product_id = of_products.product_id
