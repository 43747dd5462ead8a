-- A row of the Olist items is one piece. This query makes one line per order and product, with the order's customer and time.
-- Run it in the folder of the files: duckdb < olist.sql
copy (
    select
        orders.order_id,
        customers.customer_unique_id as customer_id,   -- Olist's customer_id differs in each order
        items.product_id,
        count(*) as quantity,
        min(items.price) as unit_price,
        orders.order_purchase_timestamp as ordered_at,
        case when orders.order_status in ('canceled', 'unavailable') then 'cancelled' else 'completed' end as status
    from read_csv('olist_order_items_dataset.csv', all_varchar = true) as items
    inner join read_csv('olist_orders_dataset.csv', all_varchar = true) as orders on items.order_id = orders.order_id
    inner join read_csv('olist_customers_dataset.csv', all_varchar = true) as customers
        on orders.customer_id = customers.customer_id
    group by all
    order by all
) to 'order_lines.csv' (header);
