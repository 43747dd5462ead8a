-- Grain: one row per raw row of erasure_requests with its fate. rejection_reason is the first that applies; NULL means kept.
-- Read by rejected_records and cleaning_ledger.
select
    records.*,
    case
        when records.copy_number > 1 then 'exact_duplicate'
        when records.customer_id is null then 'missing_key'
        when records.requested_at is null then 'missing_time'
        when records.requested_at > as_of.as_of then 'after_as_of'
    end as rejection_reason
from {{ ref('stg_erasure_requests') }} as records
cross join {{ ref('as_of') }} as as_of
