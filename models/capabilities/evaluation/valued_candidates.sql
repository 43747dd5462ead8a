-- Grain: list (test, live) × product of the pool, in the order of probability × value ^ value_weight. Fills the seam ordered_pool
-- if value_weight is above 0. 0 orders by probability, 1 by expected revenue. The exponent is the squashing of ranking rules for
-- auctions (Lahaie and Pennock 2007), which weighs revenue against relevance by one number; a sum of both would need a price for
-- relevance. position_score is the score at the product's position; list_candidates derives the relevance from it. Ties keep
-- the order of the ranking method. A list without probabilities keeps its order.
{{ config(enabled=seam_is_on('ordered_pool'), access='protected') }}
with valued as (
    select
        pool.list_index,
        pool.product_index,
        row_number() over (
            partition by pool.list_index
            order by
                probabilities.probability * power(products.value, {{ var('value_weight') }}) desc nulls last,
                pool.list_rank asc nulls last
        ) as value_rank
    from {{ ref('ranked_pool') }} as pool
    inner join {{ ref('lists') }} as lists on pool.list_index = lists.list_index
    left join {{ ref('product_values') }} as products
        on
            lists.cutoff_id = products.cutoff_id
            and pool.product_index = products.product_index
    left join {{ ref('purchase_probabilities') }} as probabilities
        on
            pool.list_index = probabilities.list_index
            and pool.product_index = probabilities.product_index
    where pool.is_chosen
)

select
    valued.list_index,
    valued.product_index,
    valued.value_rank,
    places.score as position_score
from valued
inner join {{ ref('ranked_pool') }} as places
    on
        valued.list_index = places.list_index
        and valued.value_rank = places.list_rank
        and places.is_chosen
