-- Grain: product × rank: the customers with the highest score for a product at live, by the score that orders their lists. Only
-- customers with a history: other scores come from another method and are not comparable. Customers to whom assembly would not
-- show the product (disliked, not due, excluded by a rule, shown too often) are left out. Lossy: at most largest_audience
-- customers per product, and only customers whose pool contains it.
{%- set largest_audience = 100 %}
with ranked as (
    select
        candidates.product_index,
        candidates.customer_index,
        candidates.score,
        row_number() over (
            partition by candidates.product_index
            order by candidates.score desc nulls last, candidates.customer_index asc nulls last
        ) as audience_rank
    from {{ ref('candidate_dispositions') }} as candidates
    inner join {{ ref('lists') }} as lists on candidates.list_index = lists.list_index
    where
        lists.purpose = 'live'
        and {{ is_tier_with_history('lists.tier') }}
        and candidates.score is not null
        and (candidates.withheld_reason is null or candidates.withheld_reason = 'capped')
)

select
    products.product_id,
    cast(ranked.audience_rank as integer) as audience_rank,
    customers.customer_id,
    cast(ranked.score as double) as score
from ranked
inner join {{ ref('clean_products') }} as products on ranked.product_index = products.product_index
inner join {{ ref('clean_customers') }} as customers on ranked.customer_index = customers.customer_index
where ranked.audience_rank <= {{ largest_audience }}
