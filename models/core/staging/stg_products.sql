-- Grain: one row per raw row of products, duplicates included. Lossy: nothing; unreadable_values keeps texts that no cast can
-- read. The seed availability_words maps the delivered texts of is_available.
{{ config(post_hook="{{ check_readable('products') }}") }}
with raw_products as (
    {{ raw_records('products') }}
),

records as (
    select
        raw_products.*,
        words.meaning as availability
    from raw_products
    left join {{ ref('availability_words') }} as words on {{ plain_word('raw_products.is_available') }} = words.word
)

select
    record_hash || '-' || copy_number as record_id,
    copy_number,
    product_id,
    name,
    description,
    category,
    brand,
    upper(trim(currency)) as currency,
    size_unit,
    {{ typed_columns('products', {'is_available': "(availability = 'available')"}) }}
from records
