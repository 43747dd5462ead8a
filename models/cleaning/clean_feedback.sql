-- Grain: customer × product, the newest verdict as of now; of two at the same moment the dislike stands, since showing a
-- disliked product costs more than leaving out a liked one. Read by candidate_scores.
with verdicts as (
    select
        customer_id,
        product_id,
        verdict,
        given_at,
        row_number() over (
            partition by customer_id, product_id
            order by given_at desc nulls last, verdict asc nulls last, record_id asc nulls last
        ) as newest
    from {{ ref('feedback_fates') }}
    where rejection_reason is null
)

select
    customer_id,
    product_id,
    verdict,
    given_at
from verdicts
where newest = 1
