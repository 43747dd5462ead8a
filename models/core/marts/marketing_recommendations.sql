-- Grain: customer × rank. Published lists of the customers who consent to marketing, the only ones that may be sent out.
-- Lossy: omits all other customers. The shop may show them their lists when they visit it.
select
    recommendations.customer_id,
    recommendations.list_id,
    recommendations.rank,
    recommendations.product_id,
    recommendations.reason_text,
    recommendations.as_of
from {{ ref('recommendations') }} as recommendations
inner join {{ ref('clean_customers') }} as customers on recommendations.customer_id = customers.customer_id
where customers.is_marketing_granted
