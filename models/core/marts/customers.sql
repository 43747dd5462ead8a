-- Grain: customer. Attributes that reports use to slice lists, as of now. Dimension for every published table with a
-- customer_id. No column identifies a person; customer_features has all other features. Country is NULL unless the var
-- publish_country is true.
-- Lossy: tier is coarsened (macro published_tier), and consents other than to marketing are omitted, so that no column identifies
-- customers who refused consent.
{{ config(materialized='incremental', incremental_strategy='lists_of_customers', on_schema_change='fail') }}
select
    customers.customer_id,
    {{ published_tier('tiers.tier') }} as tier,
    tiers.activity_band,
    tiers.has_history,
    coalesce(segments.segment, 'none') as segment,
    coalesce(orders.rfm_cell, 'no_purchases') as rfm_cell,
    coalesce(orders.order_count, 0) as order_count,
    case when orders.customer_index is null then 0 else orders.monetary_amount end as monetary_amount,
    customers.is_marketing_granted,
    {%- if var('publish_country') %}
    nullif(customers.country, 'unknown') as country
    {%- else %}
    cast(null as string) as country
    {%- endif %}
from {{ ref('customer_tiers') }} as tiers
inner join {{ ref('cutoffs') }} as cutoffs
    on
        tiers.cutoff_id = cutoffs.cutoff_id
        and cutoffs.purpose = 'live'
inner join {{ ref('clean_customers') }} as customers on tiers.customer_index = customers.customer_index
left join {{ ref('customer_orders') }} as orders
    on
        tiers.cutoff_id = orders.cutoff_id
        and tiers.customer_index = orders.customer_index
left join {{ ref('customer_segments') }} as segments
    on
        tiers.cutoff_id = segments.cutoff_id
        and tiers.customer_index = segments.customer_index
