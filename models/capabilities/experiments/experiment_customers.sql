-- Grain: customer × variant shown to the customer, for customers who consent to analytics: outcomes up to as_of. A customer who
-- was shown several variants is_crossover. The effects of the variants cannot be separated for such customers, so they are
-- counted but excluded from all comparisons. Orders are all orders of the customer since the first impression, including orders
-- that no list led to. strength_before, the CUPED covariate, is measured before the first impression of the whole experiment, at
-- the same time for all customers: no variant can have influenced it.
{%- set half_life_days = 120 %}   {#- interactions of the last months predict most of the coming ones #}
with shown as (
    select
        customer_id,
        variant,
        shown_at,
        clicked_at,
        purchased_at
    from {{ ref('measured_impressions') }}
    where variant is not null
),

beginning as (
    select min(shown_at) as cutoff_at
    from shown
),

strengths as (
    select
        known.customer_id,
        {{ stable_sum(decayed_weight('interactions', 'beginning.cutoff_at', half_life_days)) }} as strength
    from {{ ref('interactions') }} as interactions
    inner join beginning on {{ is_history('interactions', 'beginning') }}
    inner join {{ ref('clean_customers') }} as known on interactions.customer_index = known.customer_index
    group by known.customer_id
),

customers as (
    select
        customer_id,
        min(shown_at) as first_shown_at,
        count(distinct variant) as variant_count
    from shown
    group by customer_id
),

orders as (
    select
        customers.customer_id,
        count(distinct purchases.order_id) as order_count
    from customers
    inner join {{ ref('clean_customers') }} as known on customers.customer_id = known.customer_id
    inner join {{ ref('purchases') }} as purchases
        on
            known.customer_index = purchases.customer_index
            and customers.first_shown_at <= purchases.occurred_at
            and purchases.reversed_at is null
    group by customers.customer_id
)

select
    shown.customer_id,
    shown.variant,
    max(customers.variant_count) > 1 as is_crossover,
    count(*) as impression_count,
    count(distinct shown.shown_at) as list_count,
    count(shown.clicked_at) as click_count,
    count(shown.purchased_at) as purchase_count,
    coalesce(max(orders.order_count), 0) as order_count,
    coalesce(max(strengths.strength), 0.0) as strength_before
from shown
inner join customers on shown.customer_id = customers.customer_id
left join orders on shown.customer_id = orders.customer_id
left join strengths on shown.customer_id = strengths.customer_id
group by shown.customer_id, shown.variant
