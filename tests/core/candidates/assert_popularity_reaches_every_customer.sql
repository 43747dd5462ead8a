-- Catches a customer without any candidate although products are recommendable: popularity is the last cold-start tier. A
-- customer who has every product still gets repeats.
select
    customers.cutoff_id,
    customers.customer_index
from {{ ref('cutoff_customers') }} as customers
inner join (select distinct cutoff_id from {{ ref('cutoff_products') }}) as offered
    on customers.cutoff_id = offered.cutoff_id
left join {{ ref('popularity_candidates') }} as lists on customers.cutoff_id = lists.cutoff_id
where lists.product_indexes is null
