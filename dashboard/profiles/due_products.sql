-- section: recommendations
-- order: 30
-- title: Products due for repurchase
-- unit: customers, for the 20 products due for most customers within seven days
-- interval: none: one date per customer and product, from the gaps between purchases
-- read: A product is overdue if its expected date has passed, by one purchase cycle at most. The table due_products has the
--    customers. Marketing may write only to customers with consent to marketing.
-- empty: No product is bought regularly enough to predict a repurchase.

with due as (
    select
        dates.product_id,
        case when dates.days_overdue > 0 then 'overdue' else 'within 7 days' end as due,
        count(*) as customer_count,
        count(*) filter (where customers.is_marketing_granted) as marketing_count,
        avg(dates.cycle_days) as mean_cycle_days
    from marts.due_products as dates
    inner join marts.customers as customers on dates.customer_id = customers.customer_id
    where dates.days_overdue >= -7
    group by all
),

ranked as (
    select
        product_id,
        row_number() over (
            order by coalesce(sum(customer_count) filter (where due = 'within 7 days'), 0) desc, product_id asc
        ) as due_rank
    from due
    group by product_id
)

select
    products.name as product,
    due.due,
    due.customer_count,
    due.marketing_count,
    due.mean_cycle_days
from due
inner join ranked on due.product_id = ranked.product_id
inner join marts.products as products on due.product_id = products.product_id
where ranked.due_rank <= 20
order by ranked.due_rank asc, due.due desc
