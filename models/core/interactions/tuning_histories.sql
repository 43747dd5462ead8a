-- Grain: interaction of a sampled customer before the newest tuning cutoff, or in its horizon (is_label) if the customer consents
-- to analytics. The settings of the sources are chosen on these rows. Customers with both come first, in an order drawn by a
-- hash, up to most_customers; more customers hardly change the chosen settings. A view, because it is read once.
{{ config(materialized='view') }}
{%- set most_customers = 5000 %}
with located as (
    select
        interactions.customer_index,
        interactions.product_index,
        interactions.weight,
        interactions.moment_number,
        ({{ epoch_seconds('cutoffs.cutoff_at') }} - {{ epoch_seconds('interactions.occurred_at') }}) / 86400.0 as age_days,
        interactions.occurred_at >= cutoffs.cutoff_at as is_label
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            cutoffs.cutoff_id = 'tune_1'
            and interactions.occurred_at < cutoffs.horizon_ends_at
            and (
                {{ is_history('interactions', 'cutoffs') }}
                or (interactions.occurred_at >= cutoffs.cutoff_at and interactions.reversed_at is null)
            )
),

known as (
    select
        customer_index,
        count(*) filter (where is_label) as label_count
    from located
    group by customer_index
    having count(*) > count(*) filter (where is_label)
),

sampled as (
    select
        known.customer_index,
        customers.is_analytics_granted,
        row_number() over (
            order by
                case when known.label_count > 0 and customers.is_analytics_granted then 0 else 1 end asc nulls last,
                md5(customers.customer_id) asc nulls last,
                customers.customer_id asc nulls last
        ) as draw_order
    from known
    inner join {{ ref('clean_customers') }} as customers on known.customer_index = customers.customer_index
)

select
    located.customer_index,
    located.product_index,
    located.weight,
    located.moment_number,
    located.age_days,
    located.is_label
from located
inner join sampled on located.customer_index = sampled.customer_index
where sampled.draw_order <= {{ most_customers }} and (sampled.is_analytics_granted or not located.is_label)
