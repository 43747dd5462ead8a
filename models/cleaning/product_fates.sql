-- Grain: one row per raw row of products, with what cleaning makes of it; see customer_fates for the columns. Brands and
-- categories take the most frequent spelling of their normal form; prices come in base_currency at the newest rate, sizes in
-- the base unit of their dimension; a missing price is the median of its category, else of all. Read by clean_products, the
-- fates of what refers to products, and the tables of marts/quality.
{%- set rejections = {
    'exact_duplicate': 'copy_number > 1',
    'missing_key': 'product_id is null',
    'conflicting_duplicate': 'product_id is not null and content_number > 1',
} %}
{%- set flags = {
    'near_duplicate': 'first_twin_id <> product_id',
    'missing_description': is_mapped('products', 'description') ~ ' and description is null',
    'unknown_unit': 'size_unit is not null and known_unit is null',
    'unknown_currency': 'currency is not null and known_currency is null',
} %}
with brand_names as (
    {{ most_frequent_spelling(ref('stg_products'), 'brand') }}
),

category_names as (
    {{ most_frequent_spelling(ref('stg_products'), 'category') }}
),

rates as (
    select
        rates.currency,
        max_by(rates.units_per_eur, rates.valid_from) as units_per_eur
    from {{ ref('currency_rates') }} as rates
    group by rates.currency
),

records as (
    select
        products.*,
        units.base_unit as known_unit,
        rates.currency as known_currency,
        {{ single_blanks('products.name') }} as clean_name,
        coalesce(brand_names.spelling, products.brand) as clean_brand,
        coalesce(category_names.spelling, 'unknown') as clean_category,
        coalesce(units.base_unit, products.size_unit) as clean_size_unit,
        cast(products.size * coalesce(units.factor, 1) as decimal(18, 3)) as clean_size,
        case
            when products.currency is null or products.currency = '{{ var("base_currency") }}' then products.price
            else cast(products.price / rates.units_per_eur * base_rates.units_per_eur as decimal(18, 4))
        end as converted_price
    from {{ ref('stg_products') }} as products
    left join brand_names on {{ normal_form('products.brand') }} = brand_names.normal_form
    left join category_names on {{ normal_form('products.category') }} = category_names.normal_form
    left join {{ ref('unit_conversions') }} as units on {{ normal_form('products.size_unit') }} = units.normal_form
    left join rates on products.currency = rates.currency
    left join rates as base_rates on base_rates.currency = '{{ var("base_currency") }}'
),

prices as (
    select
        clean_category,
        converted_price
    from records
    where copy_number = 1 and converted_price > 0
),

prices_by_category as (
    select
        clean_category,
        cast(median(converted_price) as decimal(18, 4)) as typical_price
    from prices
    group by clean_category
),

prices_overall as (
    select cast(median(converted_price) as decimal(18, 4)) as typical_price
    from prices
),

compared as (
    select
        records.*,
        case
            when records.price is null then coalesce(prices_by_category.typical_price, prices_overall.typical_price)
            else records.converted_price
        end as clean_price,
        case when records.copy_number = 1 then row_number() over (
            partition by records.product_id, records.copy_number
            order by records.launched_at desc nulls last, records.record_id asc nulls last
        ) end as content_number,
        case when records.copy_number = 1 and records.clean_name is not null then first_value(records.product_id) over (
            partition by
                {{ normal_form('records.clean_name') }},
                round(records.clean_size, 1),
                records.clean_size_unit,
                records.copy_number
            order by records.launched_at asc nulls last, records.record_id asc nulls last
        ) end as first_twin_id
    from records
    cross join prices_overall
    left join prices_by_category on records.clean_category = prices_by_category.clean_category
),

ruled as (
    select
        *,
        clean_price is not null and price is null as is_price_imputed,
        case when brand <> clean_brand then 'brand_spelling' end as brand_rule,
        case
            when category is null then case when {{ is_mapped('products', 'category') }} then 'missing_category' end
            when category <> clean_category then 'category_spelling'
        end as category_rule,
        case when size is not null and {{ normal_form('size_unit') }} <> known_unit then 'size_in_other_unit' end as size_rule,
        case
            when price is null then case when {{ is_mapped('products', 'price') }} then 'missing_price' end
            when converted_price <> price then 'price_in_other_currency'
        end as price_rule
    from compared
)

select
    *,
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(dict(rejections, **flags), named=['brand_rule', 'category_rule', 'size_rule', 'price_rule']) }} as found_rules
from ruled
