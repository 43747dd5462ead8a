-- Grain: cutoff × product that may be recommended at it (is_offered of known_products). popularity is the sum of interaction
-- weights of all customers, each halved per popularity_half_life_days. This half-life is shorter than that of a customer's own
-- strengths, because fashion changes faster than taste. A product without interactions has popularity 0. popularity_rank breaks
-- ties by product_index, so that equal products do not swap ranks between builds.
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
    known.cutoff_id,
    known.product_index,
    coalesce(decayed.popularity, 0.0) as popularity,
    row_number() over (
        partition by known.cutoff_id
        order by decayed.popularity desc nulls last, known.product_index asc nulls last
    ) as popularity_rank
from {{ ref('known_products') }} as known
left join decayed
    on
        known.cutoff_id = decayed.cutoff_id
        and known.product_index = decayed.product_index
where known.is_offered
