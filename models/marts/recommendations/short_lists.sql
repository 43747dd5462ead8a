-- Grain: customer whose published list is shorter than list_length, with the reason. Nobody is missing silently: each
-- customer stands in recommendations with a full list, or here. Read by the CRM export and by
-- assert_recommendations_cover_every_customer.
with lengths as (
    select
        customer_id,
        count(*) as product_count
    from {{ ref('recommendations') }}
    group by customer_id
),

offered as (
    select count(*) as product_count
    from {{ ref('cutoff_products') }}
    where cutoff_id = 'live'
)

select
    customers.customer_id,
    coalesce(lengths.product_count, 0) as product_count,
    case
        when offered.product_count = 0 then 'nothing_to_recommend'
        when offered.product_count < {{ var('list_length') }} then 'small_catalogue'
        else 'catalogue_exhausted'
    end as short_reason
from {{ ref('cutoff_customers') }} as customers
cross join offered
left join lengths on customers.customer_id = lengths.customer_id
where
    customers.cutoff_id = 'live'
    and coalesce(lengths.product_count, 0) < {{ var('list_length') }}
