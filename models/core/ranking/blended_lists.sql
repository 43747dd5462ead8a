-- Grain: cutoff × mode × customer × product, on `test` and `live`: the list by the chosen method, as deep as it is evaluated or
-- assembled from; here the numbers of this layer become ids again.
select
    lists.cutoff_id,
    lists.mode,
    lists.customer_id,
    ranked.list_rank,
    products.product_id,
    ranked.score,
    lists.rung
from {{ ref('ranked_pool') }} as ranked
inner join {{ ref('lists') }} as lists on ranked.list_index = lists.list_index
inner join {{ ref('ranking_methods') }} as methods
    on
        lists.mode = methods.mode
        and ranked.method = methods.method
        and methods.is_chosen
inner join {{ ref('clean_products') }} as products on ranked.product_index = products.product_index
where ranked.list_rank <= {{ [longest_list(), var('assembly_depth')] | max }}
