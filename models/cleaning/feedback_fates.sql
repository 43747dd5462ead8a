-- Grain: one row per raw row of feedback with its fate. rejection_reason is the first that applies; NULL means kept.
-- Read by clean_feedback, rejected_records and cleaning_ledger.
select
    records.*,
    case
        when records.copy_number > 1 then 'exact_duplicate'
        when records.customer_id is null or records.product_id is null then 'missing_key'
        when records.given_at is null then 'missing_time'
        when records.given_at > as_of.as_of then 'after_as_of'
        when coalesce(records.verdict, '') not in ('like', 'dislike') then 'unknown_verdict'
    end as rejection_reason
from {{ ref('stg_feedback') }} as records
cross join {{ ref('as_of') }} as as_of
