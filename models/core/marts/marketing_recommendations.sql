-- Grain: customer × rank. The published lists of those who agree to marketing, which is what may be sent to anybody
-- unasked. Lossy: everybody else, whose lists the shop may show when they come by themselves.
select
    recommendations.customer_id,
    recommendations.rank,
    recommendations.product_id,
    recommendations.reason_text,
    recommendations.as_of
from {{ ref('recommendations') }} as recommendations
inner join {{ ref('clean_customers') }} as customers on recommendations.customer_id = customers.customer_id
where customers.is_marketing_granted
