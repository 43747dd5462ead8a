-- Grain: customer × product of the customer's history up to live, for the most_products newest products. Contains days instead of
-- times, because the time of an order would link an invoice to a pseudonym. Lossy: older products are omitted.
{%- set most_products = 20 %}
with chosen as (
    select
        interactions.customer_index,
        interactions.product_index,
        max(interactions.occurred_at) as last_chosen_at,
        count(*) filter (where interactions.event_type = 'purchase') as purchase_count,
        count(*) as interaction_count
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            {{ is_history('interactions', 'cutoffs') }}
            and cutoffs.purpose = 'live'
    group by interactions.customer_index, interactions.product_index
),

ranked as (
    select
        *,
        row_number() over (
            partition by customer_index order by last_chosen_at desc nulls last, product_index asc nulls last
        ) as history_rank
    from chosen
)

select
    customers.customer_id,
    ranked.history_rank,
    products.product_id,
    cast(ranked.last_chosen_at as date) as last_chosen_on,
    ranked.purchase_count,
    ranked.interaction_count
from ranked
inner join {{ ref('clean_customers') }} as customers on ranked.customer_index = customers.customer_index
inner join {{ ref('clean_products') }} as products on ranked.product_index = products.product_index
where ranked.history_rank <= {{ most_products }}
