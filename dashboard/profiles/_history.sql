-- The newest products in the history of each customer id in the temporary table asked, newest first.
select
    customer_id,
    cast(last_chosen_on as varchar) as last_chosen_on,
    product_id,
    purchase_count,
    interaction_count
from marts.customer_history
where customer_id in (select asked.id from asked)
order by customer_id, history_rank
