-- Grain: release × country. Counts and means of customers with noise that hides each single one, for export to whoever may
-- see no more; see privacy_budget for what they cost. Empty unless a build was made with the var private_release. A mean is
-- a noisy sum by a noisy count, NULL where that is below smallest_count: noise divided by noise says nothing. Read
-- by whoever exports them.
{%- set smallest_count = 20 %}   {#- noisy number of customers #}
with wide as (
    select
        release_number,
        group_value as country,
        max(case when statistic = 'customer_count' then value end) as customer_count,
        max(case when statistic = 'order_count' then value end) as order_count,
        max(case when statistic = 'monetary_amount' then value end) as monetary_amount
    from {{ ref('private_releases') }}
    group by release_number, group_value
)

select
    release_number,
    country,
    customer_count,
    case when customer_count >= {{ smallest_count }} then order_count / customer_count end as mean_order_count,
    case when customer_count >= {{ smallest_count }} then monetary_amount / customer_count end
        as mean_monetary_amount
from wide
