-- Grain: one row per raw row of events with its fate. rejection_reason is the first that applies; NULL means kept. An event
-- type without a weight is rejected by name, so that a new type in the feed is seen the day it arrives. Read by
-- clean_events, rejected_records and cleaning_ledger.
with known_products as (
    select distinct product_id
    from {{ ref('product_fates') }}
    where rejection_reason is null
)

select
    records.*,
    case
        when records.copy_number > 1 then 'exact_duplicate'
        when records.event_id is null or records.event_type is null then 'missing_key'
        when records.occurred_at is null then 'missing_time'
        when records.occurred_at > as_of.as_of then 'after_as_of'
        when event_weights.event_type is null then 'unknown_event_type'
        when
            records.product_id is not null
            and known_products.product_id is null
            and exists (select 1 from {{ ref('stg_products') }})
            then 'unknown_product'
    end as rejection_reason
from {{ ref('stg_events') }} as records
cross join {{ ref('as_of') }} as as_of
left join {{ ref('event_weights') }} as event_weights on records.event_type = event_weights.event_type
left join known_products on records.product_id = known_products.product_id
