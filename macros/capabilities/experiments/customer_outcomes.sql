{#- Query: outcomes of each experiment, customer and variant up to as_of, from the impressions of the CTE `shown`: experiment,
    customer_id, variant, shown_at, clicked_at, purchased_at, ends_on. Orders are all orders of the customer from the first
    impression to the end of the experiment, including orders that no list led to. strength_before, the CUPED covariate, is
    measured before the first impression of the whole experiment, at the same time for all customers: no variant can have
    influenced it. It begins with the CTE after `shown`. -#}
{% macro customer_outcomes() %}
{%- set half_life_days = 120 %}   {#- interactions of the last months predict most of the coming ones #}
beginnings as (
    select
        experiment,
        min(shown_at) as cutoff_at
    from shown
    group by experiment
),

customers as (
    select
        shown.experiment,
        shown.customer_id,
        min(known.customer_index) as customer_index,
        min(shown.shown_at) as first_shown_at,
        max(shown.ends_on) as ends_on,
        count(distinct shown.variant) as variant_count
    from shown
    left join {{ ref('clean_customers') }} as known on shown.customer_id = known.customer_id
    group by shown.experiment, shown.customer_id
),

strengths as (
    select
        customers.experiment,
        customers.customer_id,
        {{ stable_sum(decayed_weight('interactions', 'beginnings.cutoff_at', half_life_days)) }} as strength,
        count(*) as interaction_count
    from {{ ref('interactions') }} as interactions
    inner join customers on interactions.customer_index = customers.customer_index
    inner join beginnings
        on
            customers.experiment = beginnings.experiment
            and {{ is_history('interactions', 'beginnings') }}
    group by customers.experiment, customers.customer_id
),

orders as (
    select
        customers.experiment,
        customers.customer_id,
        count(distinct purchases.order_id) as order_count,
        count(distinct case when purchases.amount is not null then purchases.order_id end) as valued_order_count,
        sum(purchases.amount) as revenue
    from customers
    inner join {{ ref('purchases') }} as purchases
        on
            customers.customer_index = purchases.customer_index
            and customers.first_shown_at <= purchases.occurred_at
            and (customers.ends_on is null or cast(purchases.occurred_at as date) <= customers.ends_on)
            and purchases.reversed_at is null
    group by customers.experiment, customers.customer_id
)

select
    shown.experiment,
    shown.customer_id,
    shown.variant,
    max(customers.variant_count) > 1 as is_crossover,
    count(*) as impression_count,
    count(distinct shown.shown_at) as list_count,
    count(shown.clicked_at) as click_count,
    count(shown.purchased_at) as purchase_count,
    coalesce(max(orders.order_count), 0) as order_count,
    coalesce(max(orders.valued_order_count), 0) as valued_order_count,
    cast(coalesce(max(orders.revenue), 0) as double) as revenue,
    coalesce(max(strengths.interaction_count), 0) as interaction_count_before,
    coalesce(max(strengths.strength), 0.0) as strength_before
from shown
inner join customers
    on
        shown.experiment = customers.experiment
        and shown.customer_id = customers.customer_id
left join orders
    on
        shown.experiment = orders.experiment
        and shown.customer_id = orders.customer_id
left join strengths
    on
        shown.experiment = strengths.experiment
        and shown.customer_id = strengths.customer_id
group by shown.experiment, shown.customer_id, shown.variant
{%- endmacro %}
