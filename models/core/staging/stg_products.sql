-- Grain: one row per raw row of products, duplicates included. Lossy: nothing; a text no cast can read stays in
-- unreadable_values.
with records as (
    {{ raw_records('products') }}
)

select
    record_hash || '-' || copy_number as record_id,
    copy_number,
    trim(product_id) as product_id,
    name,
    description,
    category,
    brand,
    upper(trim(currency)) as currency,
    size_unit,
    {{ typed_columns({
        'price': 'try_cast(price as decimal(18, 4))',
        'size': 'try_cast(size as decimal(18, 3))',
        'launched_at': parse_utc('launched_at'),
        'is_available': 'try_cast(is_available as boolean)',
    }) }}
from records
