-- Grain: cutoff × customer × product whose newest verdict before the cutoff is a dislike; of two at the same moment the dislike
-- stands, since showing a disliked product costs more than leaving out a liked one.
with verdicts as (
    select
        cutoffs.cutoff_id,
        customers.customer_index,
        products.product_index,
        feedback.verdict,
        row_number() over (
            partition by cutoffs.cutoff_id, customers.customer_index, products.product_index
            order by feedback.given_at desc nulls last, feedback.verdict asc nulls last, feedback.record_id asc nulls last
        ) as newest
    from {{ ref('clean_feedback') }} as feedback
    inner join {{ ref('clean_customers') }} as customers on feedback.customer_id = customers.customer_id
    inner join {{ ref('clean_products') }} as products on feedback.product_id = products.product_id
    inner join {{ ref('cutoffs') }} as cutoffs on feedback.given_at < cutoffs.cutoff_at
)

select
    cutoff_id,
    customer_index,
    product_index
from verdicts
where newest = 1 and verdict = 'dislike'
