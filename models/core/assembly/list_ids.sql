-- Grain: customer with a list at `live`: the id of the published list, a hash of as_of, the customer and the products in their
-- order. The shop logs it with each impression, so that the impression can be joined to what was published. It starts with a
-- letter, because some programs read a hash of digits as a number.
select
    lists.customer_index,
    'l' || substring(md5(
        cast(as_of.as_of as string) || ' ' || customers.customer_id || ' '
        || {{ string_list("lpad(cast(lists.list_rank as string), 4, '0') || ' ' || products.product_id") }}
    ), 1, 15) as list_id
from {{ ref('assembled_lists') }} as lists
inner join {{ ref('cutoffs') }} as cutoffs
    on
        lists.cutoff_id = cutoffs.cutoff_id
        and cutoffs.purpose = 'live'
inner join {{ ref('clean_customers') }} as customers on lists.customer_index = customers.customer_index
inner join {{ ref('clean_products') }} as products on lists.product_index = products.product_index
cross join {{ ref('as_of') }} as as_of
where
    lists.mode = '{{ served_mode() }}'
    and lists.list_rank <= {{ var('list_length') }}
group by lists.customer_index, customers.customer_id, as_of.as_of
