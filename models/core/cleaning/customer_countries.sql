-- Grain: customer with a known country who agrees to personalisation. The dimension by which reports in the warehouse slice
-- customers beside marts.customers. It lies in the schema restricted and is not published: a country describes a single person,
-- and what is published describes groups only.
{{ config(
    schema='restricted', materialized='view', contract={'enforced': true},
    grants={} if target.type == 'duckdb' else {'select': ['privacy_office', 'analysts']}
) }}
select
    customer_id,
    country
from {{ ref('clean_customers') }}
where country <> 'unknown'
