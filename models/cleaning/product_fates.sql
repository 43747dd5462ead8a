-- Grain: one row per raw row of products with its fate. rejection_reason is the first that applies; NULL means kept. Where
-- one product_id comes with several contents, all are kept here and clean_products takes one. Read by clean_products,
-- rejected_records and cleaning_ledger.
select
    records.*,
    case
        when records.copy_number > 1 then 'exact_duplicate'
        when records.product_id is null then 'missing_key'
    end as rejection_reason
from {{ ref('stg_products') }} as records
