-- Grain: cutoff × product that may be recommended. popularity is the sum of interaction weights of all customers, each
-- halved per popularity_half_life_days: shorter than the half-life of a customer's own strengths, because fashion passes
-- faster than taste. A product nobody touched has 0. popularity_rank ends in the product_index, so that equal products don't
-- trade places between builds.
with decayed as (
    select
        cutoffs.cutoff_id,
        interactions.product_index,
        {{ stable_sum(decayed_weight('interactions', 'cutoffs.cutoff_at', var('popularity_half_life_days'))) }} as popularity
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs on {{ is_history('interactions', 'cutoffs') }}
    group by cutoffs.cutoff_id, interactions.product_index
)

select
    products.cutoff_id,
    products.product_index,
    coalesce(decayed.popularity, 0.0) as popularity,
    row_number() over (
        partition by products.cutoff_id
        order by decayed.popularity desc nulls last, products.product_index asc nulls last
    ) as popularity_rank
from {{ ref('cutoff_products') }} as products
left join decayed
    on
        products.cutoff_id = decayed.cutoff_id
        and products.product_index = decayed.product_index
