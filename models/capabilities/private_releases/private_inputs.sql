-- Grain: statistic × country, at `live`, for customers who consent to analytics: the sums that private_releases adds noise to,
-- each with its sensitivity, the maximum change by one customer. Contributions of a customer are clipped to the sensitivity.
-- Every existing country is a group, so that the list of groups reveals nothing about customers. Lossy: clipped values, and no
-- rows unless the var private_release is set. Never published.
{%- set most_orders = 20 %}   {#- counted orders per customer #}
with countries as (
    select distinct country_code as country
    from {{ ref('country_aliases') }}
    union
    select 'unknown' as country
),

measured as (
    select
        coalesce(customers.country, 'unknown') as country,
        least(coalesce(orders.order_count, 0), {{ most_orders }}) as order_count,
        least(greatest(coalesce(orders.monetary_amount, 0), 0), {{ var('private_highest_amount') }}) as monetary_amount
    from {{ ref('cutoff_customers') }} as listed
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            listed.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    inner join {{ ref('clean_customers') }} as customers on listed.customer_index = customers.customer_index
    left join {{ ref('customer_orders') }} as orders
        on
            listed.cutoff_id = orders.cutoff_id
            and listed.customer_index = orders.customer_index
    where customers.is_analytics_granted
),

sums as (
    select
        countries.country,
        count(measured.country) as customer_count,
        coalesce(sum(measured.order_count), 0) as order_count,
        coalesce({{ stable_sum('measured.monetary_amount') }}, 0) as monetary_amount
    from countries
    left join measured on countries.country = measured.country
    where {{ var('private_release') }}
    group by countries.country
)

{%- set sensitivities = {
    'customer_count': 1, 'order_count': most_orders, 'monetary_amount': var('private_highest_amount')
} %}
{%- for statistic, sensitivity in sensitivities.items() %}
select
    '{{ statistic }}' as statistic,
    country as group_value,
    cast({{ statistic }} as double) as value,
    cast({{ sensitivity }} as double) as sensitivity
from sums
{{ 'union all' if not loop.last }}
{%- endfor %}
