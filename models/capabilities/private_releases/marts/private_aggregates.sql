-- Grain: release × country. Counts and means of customers with noise that hides each single customer, for export to readers
-- without access to unprotected data. privacy_budget contains their privacy loss. Empty unless a build set the var
-- private_release. A mean is a noisy sum divided by a noisy count. It is NULL if the noisy count is below smallest_count, because
-- a ratio of noise to noise is meaningless.
{%- set smallest_count = 20 %}   {#- minimum noisy count for releasing a mean, in customers #}
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
