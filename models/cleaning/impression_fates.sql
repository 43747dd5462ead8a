-- Grain: one row per raw row of impressions with its fate. rejection_reason is the first that applies; NULL means kept.
-- Read by rejected_records and cleaning_ledger.
select
    records.*,
    case
        when records.copy_number > 1 then 'exact_duplicate'
        when
            records.impression_id is null or records.customer_id is null or records.product_id is null
            then 'missing_key'
        when records.shown_at is null then 'missing_time'
        when records.shown_at > as_of.as_of then 'after_as_of'
        when records.clicked_at < records.shown_at or records.purchased_at < records.shown_at then 'outcome_before_shown'
    end as rejection_reason
from {{ ref('stg_impressions') }} as records
cross join {{ ref('as_of') }} as as_of
