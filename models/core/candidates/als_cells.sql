-- Grain: cutoff × customer in list_customers × product with at least one interaction before the cutoff. These cells are the
-- training data of als. A refresh does not train; there they are the histories of the customers that als folds in. weight is the
-- confidence of a cell beyond the 1 of every pair: the alpha that source_trials chose × strength. If the seam training_weights is
-- on, the training weights of the customer and of the product multiply it. A view, because it has as many rows as
-- customer_product_strengths.
{{ config(materialized='view') }}
with confidence as (
    select alpha
    from {{ ref('source_trials') }}
    where search = 'als' and is_chosen
)

select
    strengths.cutoff_id,
    strengths.customer_index,
    strengths.product_index,
    confidence.alpha * strengths.strength
    {%- if seam_is_on('training_weights') %}
    * coalesce(of_customers.training_weight, 1.0)
    * coalesce(of_products.training_weight, 1.0)
    {%- endif %} as weight
from {{ ref('customer_product_strengths') }} as strengths
inner join {{ ref('list_customers') }} as listed on strengths.customer_index = listed.customer_index
cross join confidence
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
