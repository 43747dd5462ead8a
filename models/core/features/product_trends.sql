-- Grain: cutoff × product with an interaction in the last two trend periods before the cutoff. trend compares the weights of the
-- last one with those of the one before; new_buyer_share is the share of the last period's buyers who had not bought the product
-- on an earlier day: fashion wins new buyers, staples keep theirs.
with weights as (
    select
        cutoffs.cutoff_id,
        interactions.product_index,
        {{ stable_sum(
            'case when ' ~ is_recent('interactions.occurred_at', 'cutoffs.cutoff_at', 1) ~ ' then interactions.weight else 0 end'
        ) }} as recent_weight,
        {{ stable_sum('interactions.weight') }} as last_two_weight
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            {{ is_history('interactions', 'cutoffs') }}
            and {{ is_recent('interactions.occurred_at', 'cutoffs.cutoff_at', 2) }}
    group by cutoffs.cutoff_id, interactions.product_index
),

recent_buyers as (
    select
        cutoffs.cutoff_id,
        purchases.product_index,
        purchases.customer_index,
        min(case when purchases.is_repeat then 0 else 1 end) as is_new
    from {{ ref('purchases') }} as purchases
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            purchases.occurred_at < cutoffs.cutoff_at
            and {{ is_recent('purchases.occurred_at', 'cutoffs.cutoff_at', 1) }}
    where purchases.customer_index is not null and {{ is_kept('purchases', 'cutoffs') }}
    group by cutoffs.cutoff_id, purchases.product_index, purchases.customer_index
),

new_buyers as (
    select
        cutoff_id,
        product_index,
        sum(is_new) / cast(count(*) as double) as new_buyer_share
    from recent_buyers
    group by cutoff_id, product_index
)

select
    weights.cutoff_id,
    weights.product_index,
    {{ trend('weights.recent_weight', '(weights.last_two_weight - weights.recent_weight)') }} as interaction_trend,
    new_buyers.new_buyer_share
from weights
left join new_buyers
    on
        weights.cutoff_id = new_buyers.cutoff_id
        and weights.product_index = new_buyers.product_index
