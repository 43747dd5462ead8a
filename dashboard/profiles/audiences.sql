-- section: recommendations
-- order: 25
-- title: Audiences of the product categories, by segment
-- unit: share of each segment in the audiences of a category's products; the shares of a row add up to 1
-- interval: none: each product's audience is counted: its best customers by the ranking score, at most 100
-- read: A stronger colour means that more of the best customers for these products are in the segment. The table
--    product_audience lists these customers.
-- width: wide
-- empty: No customer has a history, so no product has an audience.

select
    replace(products.category, '_', ' ') as category,
    replace(coalesce(profiles.segment_name, customers.segment), '_', ' ') as segment,
    count(*) as audience_member_count,
    count(*) filter (where customers.is_marketing_granted) as marketing_count,
    count(*) / sum(count(*)) over (partition by products.category) as share
from marts.product_audience as audiences
inner join marts.products as products on audiences.product_id = products.product_id
inner join marts.customers as customers on audiences.customer_id = customers.customer_id
left join marts.segment_profiles as profiles
    on
        customers.segment = profiles.segment
        and profiles.cutoff_id = 'live'
where products.category is not null
group by products.category, profiles.segment_name, customers.segment
order by category asc, customers.segment asc
limit 1000
