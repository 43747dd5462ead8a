-- Grain: cutoff × customer × product with at least one interaction before the cutoff: the cells als learns from. weight is what
-- a cell counts beyond the 1 of every pair: als_alpha × strength × training_weight. training_weight is where cells are made to
-- count more or less than their strength; so far by popularity, (customers of the average product / customers of this
-- one) ^ als_popularity_exponent, and with an exponent of 0 it is 1. Other weights are further factors of it. A view: it
-- is read twice and is as long as the strengths. Read by als_curve_cells, als_product_factors and als_customer_factors.
{{ config(materialized='view') }}
with product_customers as (
    select
        cutoff_id,
        product_index,
        count(*) as customer_count
    from {{ ref('customer_product_strengths') }}
    group by cutoff_id, product_index
),

compared as (
    select
        cutoff_id,
        product_index,
        sum(customer_count) over (partition by cutoff_id)
        / cast(count(*) over (partition by cutoff_id) * customer_count as double) as average_ratio
    from product_customers
)

select
    strengths.cutoff_id,
    strengths.customer_id,
    strengths.product_id,
    strengths.customer_index,
    strengths.product_index,
    strengths.strength,
    power(compared.average_ratio, {{ var('als_popularity_exponent') }}) as training_weight,
    {{ var('als_alpha') }} * strengths.strength * power(compared.average_ratio, {{ var('als_popularity_exponent') }}) as weight
from {{ ref('customer_product_strengths') }} as strengths
inner join compared
    on
        strengths.cutoff_id = compared.cutoff_id
        and strengths.product_index = compared.product_index
