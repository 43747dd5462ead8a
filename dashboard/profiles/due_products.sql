-- section: recommendations
-- order: 30
-- title: What customers are expected to buy again
-- unit: customers by product, the 20 products that most are due for within seven days
-- interval: none: a date per customer and product, by the gaps between purchases
-- read: Overdue are those whose date has passed, by one cycle at most. Who they are is in due_products; marketing may write to
--    those who agree to it.
-- empty: Nothing is bought again regularly enough to be expected.

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
        ) as place
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
where ranked.place <= 20
order by ranked.place asc, due.due desc
