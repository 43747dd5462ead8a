-- Catches a recommendation whose evidence does not add up to its score within 1e-5.
with totals as (
    select
        customer_id,
        product_id,
        {{ stable_sum('contribution') }} as total
    from {{ ref('recommendation_evidence') }}
    group by customer_id, product_id
)

select
    recommendations.customer_id,
    recommendations.product_id,
    recommendations.score,
    totals.total
from {{ ref('recommendations') }} as recommendations
left join totals
    on
        recommendations.customer_id = totals.customer_id
        and recommendations.product_id = totals.product_id
where abs(coalesce(totals.total, 0) - recommendations.score) > 1e-5
