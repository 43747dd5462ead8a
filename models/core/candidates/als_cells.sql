-- Grain: cutoff × customer × product with at least one interaction before the cutoff: the cells als learns from. weight is what
-- a cell counts beyond the 1 of every pair: als_alpha × strength × training_weight. training_weight is where cells are made to
-- count more or less than their strength; by popularity, (customers of the average product / customers of this
-- one) ^ als_popularity_exponent, and with an exponent of 0 it is 1; and by the seam training_weights. A view: it is read twice and
-- is as long as the strengths.
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
),

weighted as (
    select
        strengths.*,
        power(compared.average_ratio, {{ var('als_popularity_exponent') }})
        {%- if seam_is_on('training_weights') %}
        * coalesce(of_customers.training_weight, 1.0)
        * coalesce(of_products.training_weight, 1.0)
        {%- endif %} as training_weight
    from {{ ref('customer_product_strengths') }} as strengths
    inner join compared
        on
            strengths.cutoff_id = compared.cutoff_id
            and strengths.product_index = compared.product_index
    {%- if seam_is_on('training_weights') %}
    left join {{ seam('training_weights') }} as of_customers
        on
            strengths.cutoff_id = of_customers.cutoff_id
            and strengths.customer_index = of_customers.customer_index
    left join {{ seam('training_weights') }} as of_products
        on
            strengths.cutoff_id = of_products.cutoff_id
            and strengths.product_index = of_products.product_index
    {%- endif %}
)

select
    cutoff_id,
    customer_index,
    product_index,
    strength,
    training_weight,
    {{ var('als_alpha') }} * strength * training_weight as weight
from weighted
