-- Grain: cutoff × customer × product, at `live`: what is served and therefore explained. method is what the score was made by;
-- customers without a history are served by the blend whatever was chosen. Whatever makes the lists is read here only.
with served as (
    select
        lists.cutoff_id,
        lists.mode,
        lists.customer_id,
        lists.product_id,
        lists.rung,
        lists.list_rank,
        lists.score
    from {{ ref('assembled_lists') }} as lists
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            lists.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    where
        lists.mode = '{{ served_mode() }}'
        and lists.list_rank <= {{ var('list_length') }}
)

select
    served.cutoff_id,
    served.mode,
    served.customer_id,
    served.product_id,
    customers.customer_index,
    products.product_index,
    served.rung,
    case when {{ is_rung_with_history('served.rung') }} then methods.method else 'weighted' end as method,
    served.list_rank,
    served.score
from served
inner join {{ ref('cutoff_customers') }} as customers
    on
        served.cutoff_id = customers.cutoff_id
        and served.customer_id = customers.customer_id
inner join {{ ref('clean_products') }} as products on served.product_id = products.product_id
inner join {{ ref('ranking_methods') }} as methods
    on
        served.mode = methods.mode
        and methods.is_chosen
