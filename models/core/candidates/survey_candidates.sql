-- Grain: cutoff × customer without a history × product. What resembles the categories the customer named when signing up: of
-- several, the one it resembles most counts, so that no answer is drowned by another. Whoever has a history is known better by
-- it, and gets none.
with scored as (
    select
        customers.cutoff_id,
        customers.customer_index,
        products.product_index,
        max(products.survey_score) as score
    from {{ ref('cutoff_customers') }} as customers
    inner join {{ ref('survey_tastes') }} as tastes
        on
            customers.cutoff_id = tastes.cutoff_id
            and customers.customer_index = tastes.customer_index
    inner join {{ ref('survey_products') }} as products
        on
            tastes.cutoff_id = products.cutoff_id
            and tastes.category = products.category
    where not customers.has_history
    group by customers.cutoff_id, customers.customer_index, products.product_index
),

ranked as (
    select
        *,
        row_number() over (
            partition by cutoff_id, customer_index order by score desc nulls last, product_index asc nulls last
        ) as source_rank
    from scored
)

select
    cutoff_id,
    customer_index,
    product_index,
    score
from ranked
where source_rank <= {{ var('candidates_per_source') }}
