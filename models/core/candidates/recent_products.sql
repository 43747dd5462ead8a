-- Grain: cutoff × customer × product. recent_weight is the weight of the interaction times step_weight for every later moment of
-- the customer; the largest value per product counts. Lossy: keeps only the most_products products with the largest
-- recent_weight.
{%- set step_weight, most_products = 0.8, 50 %}
with moments as (
    select
        customers.cutoff_id,
        interactions.customer_index,
        interactions.product_index,
        interactions.weight,
        max(interactions.moment_number) over (partition by customers.cutoff_id, interactions.customer_index)
        - interactions.moment_number as steps_since
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs on {{ is_history('interactions', 'cutoffs') }}
    inner join {{ ref('cutoff_customers') }} as customers
        on
            cutoffs.cutoff_id = customers.cutoff_id
            and interactions.customer_index = customers.customer_index
),

recent as (
    select
        cutoff_id,
        customer_index,
        product_index,
        max(weight * power({{ step_weight }}, steps_since)) as recent_weight
    from moments
    group by cutoff_id, customer_index, product_index
),

ranked as (
    select
        *,
        row_number() over (
            partition by cutoff_id, customer_index order by recent_weight desc nulls last, product_index asc nulls last
        ) as place
    from recent
)

select
    cutoff_id,
    customer_index,
    product_index,
    recent_weight
from ranked
where place <= {{ most_products }}
