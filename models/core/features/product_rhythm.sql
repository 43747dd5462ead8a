-- Grain: cutoff × product known at the cutoff: its age, how often it was bought, returned and bought again, and its trend. A
-- repeat is a purchase by a customer who bought the product on an earlier day; its interval is the time since that day. Returns
-- are counted over all purchases, including anonymous ones. interaction_trend compares the interaction weights of the last trend
-- period before the cutoff with those of the period before. new_buyer_share is the share of the last period's buyers who had not
-- bought the product on an earlier day: fashion products attract new buyers, staples keep theirs. Both are NULL without an
-- interaction in the two periods.
with totals as (
    select
        cutoffs.cutoff_id,
        purchases.product_index,
        min(purchases.occurred_at) as first_purchase_at,
        max(purchases.occurred_at) as last_purchase_at,
        count(*) as purchase_count,
        count(*) filter (where {{ is_kept('purchases', 'cutoffs') }}) as kept_count
    from {{ ref('purchases') }} as purchases
    inner join {{ ref('cutoffs') }} as cutoffs on purchases.occurred_at < cutoffs.cutoff_at
    group by cutoffs.cutoff_id, purchases.product_index
),

buyer_counts as (
    select
        cutoff_id,
        product_index,
        count(*) as buyer_count,
        count(repeat_days) / cast(count(*) as double) as repeat_buyer_share
    from {{ ref('purchase_gaps') }}
    where is_last
    group by cutoff_id, product_index
),

typical_intervals as (
    select
        cutoff_id,
        product_index,
        median(repeat_days) as repeat_interval_days
    from {{ ref('purchase_gaps') }}
    group by cutoff_id, product_index
),

first_interactions as (
    select
        product_index,
        min(occurred_at) as first_interaction_at
    from {{ ref('interactions') }}
    group by product_index
),

recent_weights as (
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
),

trends as (
    select
        recent_weights.cutoff_id,
        recent_weights.product_index,
        {{ trend('recent_weights.recent_weight', '(recent_weights.last_two_weight - recent_weights.recent_weight)') }}
            as interaction_trend,
        new_buyers.new_buyer_share
    from recent_weights
    left join new_buyers
        on
            recent_weights.cutoff_id = new_buyers.cutoff_id
            and recent_weights.product_index = new_buyers.product_index
)

select
    known.cutoff_id,
    known.product_index,
    (
        {{ epoch_seconds('cutoffs.cutoff_at') }} - {{ epoch_seconds(
            'least(case when products.launched_at < cutoffs.cutoff_at then products.launched_at end, '
            ~ 'case when first_interactions.first_interaction_at < cutoffs.cutoff_at '
            ~ 'then first_interactions.first_interaction_at end, '
            ~ 'totals.first_purchase_at)'
        ) }}
    ) / 86400.0 as age_days,
    ({{ epoch_seconds('cutoffs.cutoff_at') }} - {{ epoch_seconds('totals.last_purchase_at') }}) / 86400.0
        as days_since_purchase,
    coalesce(totals.purchase_count, 0) as purchase_count,
    coalesce(buyer_counts.buyer_count, 0) as buyer_count,
    buyer_counts.repeat_buyer_share,
    cast(typical_intervals.repeat_interval_days as double) as repeat_interval_days,
    (totals.purchase_count - totals.kept_count) / cast(totals.purchase_count as double) as returned_share,
    trends.interaction_trend,
    trends.new_buyer_share
from {{ ref('known_products') }} as known
inner join {{ ref('cutoffs') }} as cutoffs on known.cutoff_id = cutoffs.cutoff_id
inner join {{ ref('clean_products') }} as products on known.product_index = products.product_index
left join first_interactions on known.product_index = first_interactions.product_index
left join totals
    on
        known.cutoff_id = totals.cutoff_id
        and known.product_index = totals.product_index
left join buyer_counts
    on
        known.cutoff_id = buyer_counts.cutoff_id
        and known.product_index = buyer_counts.product_index
left join typical_intervals
    on
        known.cutoff_id = typical_intervals.cutoff_id
        and known.product_index = typical_intervals.product_index
left join trends
    on
        known.cutoff_id = trends.cutoff_id
        and known.product_index = trends.product_index
