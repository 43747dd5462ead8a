-- Grain: one row per raw row of order_lines with its fate. rejection_reason is the first that applies; NULL means kept. A
-- cancellation is named as such before its negative quantity is looked at. A missing price is no reason (companies without
-- prices can still recommend), an unreadable, zero or negative one is. Products are only checked where a product table is
-- mapped. Read by clean_order_lines, rejected_records and cleaning_ledger.
with known_products as (
    select distinct product_id
    from {{ ref('product_fates') }}
    where rejection_reason is null
)

select
    records.*,
    case
        when records.copy_number > 1 then 'exact_duplicate'
        when records.order_id is null or records.product_id is null then 'missing_key'
        when records.ordered_at is null then 'missing_time'
        when records.ordered_at > as_of.as_of then 'after_as_of'
        when lower(records.status) in ('cancelled', 'canceled') then 'cancelled'
        when records.quantity is null or records.quantity <= 0 then 'invalid_quantity'
        when records.unit_price <= 0 or records.unreadable_values like '%unit_price=%' then 'invalid_price'
        when
            known_products.product_id is null
            and exists (select 1 from {{ ref('stg_products') }})
            then 'unknown_product'
    end as rejection_reason
from {{ ref('stg_order_lines') }} as records
cross join {{ ref('as_of') }} as as_of
left join known_products on records.product_id = known_products.product_id
