-- Grain: cutoff × customer × product that resembles one the customer dislikes, with the highest similarity: a thumb
-- down counts against products like it. (A thumb up is an interaction and adds to strength.) The disliked product
-- itself isn't shown at all.
select
    disliked.cutoff_id,
    disliked.customer_index,
    content_pairs.similar_product_index as product_index,
    max(content_pairs.similarity) as similarity
from {{ ref('disliked_products') }} as disliked
inner join {{ ref('content_pairs') }} as content_pairs
    on
        disliked.cutoff_id = content_pairs.cutoff_id
        and disliked.product_index = content_pairs.product_index
group by disliked.cutoff_id, disliked.customer_index, content_pairs.similar_product_index
