-- Grain: one row per raw row of customers with its fate. rejection_reason is the first that applies; NULL means kept. Where
-- one customer_id comes with several contents, all are kept here and clean_customers takes one. Read by clean_customers,
-- rejected_records and cleaning_ledger.
select
    records.*,
    case
        when records.copy_number > 1 then 'exact_duplicate'
        when records.customer_id is null then 'missing_key'
    end as rejection_reason
from {{ ref('stg_customers') }} as records
