-- Grain: cutoff × customer. The source proposes recommendable products of the customer's own history.
-- Score: strength × P^(1 - 1 / shape) × sqrt(repeat_rate).
-- P is the probability of a purchase within the coming horizon, given that none followed the last one. It comes from the
-- product's log-logistic repeat cycle, whose median is shrunk to the customer's own gaps. The exponent weights P by the
-- regularity of the cycle: P has no effect at a shape of 1 and almost full effect for a regular product. Products that were only
-- looked at or that have no cycle get no such factor. repeat_rate enters as a square root because strength already reflects a
-- part of it. A product whose strength has decayed to zero is not proposed.
with positions as (
    select
        gaps.cutoff_id,
        gaps.customer_index,
        gaps.product_index,
        {{ days_between('max(gaps.purchase_date)', 'cast(max(cutoffs.cutoff_at) as date)') }} as days_since,
        count(gaps.gap_days) as gap_count,
        {{ stable_sum('ln(gaps.gap_days)') }} as log_gap_sum
    from {{ ref('purchase_gaps') }} as gaps
    inner join {{ ref('cutoff_customers') }} as customers
        on
            gaps.cutoff_id = customers.cutoff_id
            and gaps.customer_index = customers.customer_index
    inner join {{ ref('cutoffs') }} as cutoffs on gaps.cutoff_id = cutoffs.cutoff_id
    group by gaps.cutoff_id, gaps.customer_index, gaps.product_index
),

histories as (
    select
        strengths.cutoff_id,
        strengths.customer_index,
        strengths.product_index,
        strengths.strength,
        products.popularity_rank,
        positions.days_since,
        repeats.repeat_rate,
        cycles.cycle_shape,
        {{ own_cycle_days('positions.log_gap_sum', 'positions.gap_count', 'cycles.cycle_days') }} as cycle_days
    from {{ ref('customer_product_strengths') }} as strengths
    inner join {{ ref('cutoff_customers') }} as customers
        on
            strengths.cutoff_id = customers.cutoff_id
            and strengths.customer_index = customers.customer_index
    inner join {{ ref('cutoff_products') }} as products
        on
            strengths.cutoff_id = products.cutoff_id
            and strengths.product_index = products.product_index
    left join positions
        on
            strengths.cutoff_id = positions.cutoff_id
            and strengths.customer_index = positions.customer_index
            and strengths.product_index = positions.product_index
    left join {{ ref('product_cycles') }} as cycles
        on
            strengths.cutoff_id = cycles.cutoff_id
            and strengths.product_index = cycles.product_index
    left join {{ ref('product_repeats') }} as repeats
        on
            strengths.cutoff_id = repeats.cutoff_id
            and strengths.product_index = repeats.product_index
),

due as (
    select
        *,
        1 - (1 + power(days_since / cycle_days, cycle_shape))
        / (1 + power((days_since + {{ var('horizon_days') }}) / cycle_days, cycle_shape)) as due_probability
    from histories
),

scored as (
    select
        cutoff_id,
        customer_index,
        product_index,
        popularity_rank,
        strength * coalesce(sqrt(repeat_rate), 1) * case
            when cycle_shape > 1 and due_probability is not null then power(due_probability, 1 - 1 / cycle_shape)
            else 1
        end as score
    from due
),

ranked as (
    select
        *,
        row_number() over (
            partition by cutoff_id, customer_index order by score desc nulls last, popularity_rank asc nulls last
        ) as source_rank
    from scored
    where score > 0
)

select
    cutoff_id,
    customer_index,
    {{ candidate_arrays('score', 'source_rank') }}
from ranked
where source_rank <= {{ var('candidates_per_source') }}
group by cutoff_id, customer_index
