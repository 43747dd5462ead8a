-- Grain: list × product, on the tuning cutoffs: the labels, products that the customer chose within the horizon.
select
    lists.list_index,
    relevant.product_index
from {{ ref('lists') }} as lists
inner join {{ ref('relevant_products') }} as relevant
    on
        lists.cutoff_id = relevant.cutoff_id
        and lists.customer_index = relevant.customer_index
        and (lists.mode = 'all' or not relevant.is_repeat)
where lists.purpose = 'tune'
