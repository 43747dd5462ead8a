-- Grain: one row per raw row of products, with its disposition; see customer_dispositions for the columns. Brands and categories
-- get the most frequent spelling of their normal form, and near duplicates get the name of the first product. Prices and
-- costs are converted to base_currency at the newest rate, and sizes to the base unit of their dimension. A missing cost stays
-- NULL: an estimate would make a margin look measured. A negative cost is implausible and counts as missing.
{%- set rejections = [
    'exact_duplicate', 'missing_key', 'conflicting_duplicate',
    'price_required', 'category_required', 'brand_required', 'description_required'
] %}
{%- set flags = ['near_duplicate', 'missing_description', 'unknown_unit', 'unknown_currency'] %}
{%- set corrections = [
    'name_rule', 'brand_rule', 'category_rule', 'size_rule', 'price_rule', 'cost_rule', 'launched_at_rule',
    'is_available_rule'
] %}
with policies as (
    {{ policies_by_column('products') }}
),

brand_names as (
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
        policies.price_policy,
        policies.category_policy,
        policies.brand_policy,
        policies.description_policy,
        units.base_unit as known_unit,
        {{ single_blanks('products.name') }} as own_name,
        coalesce(brand_names.spelling, products.brand) as known_brand,
        category_names.spelling as known_category,
        coalesce(units.base_unit, products.size_unit) as clean_size_unit,
        try_cast(products.size * coalesce(units.factor, 1) as decimal(18, 3)) as clean_size,
        case
            when products.currency is null or products.currency = '{{ var("base_currency") }}' then products.price
            else try_cast(products.price / rates.units_per_eur * base_rates.units_per_eur as decimal(18, 4))
        end as converted_price,
        case
            when products.currency is null or products.currency = '{{ var("base_currency") }}' then products.cost
            else try_cast(products.cost / rates.units_per_eur * base_rates.units_per_eur as decimal(18, 4))
        end as clean_cost
    from {{ ref('stg_products') }} as products
    cross join policies
    left join brand_names on {{ normal_form('products.brand') }} = brand_names.normal_form
    left join category_names on {{ normal_form('products.category') }} = category_names.normal_form
    left join {{ ref('unit_conversions') }} as units on {{ normal_form('products.size_unit') }} = units.normal_form
    left join rates on products.currency = rates.currency
    left join rates as base_rates on base_rates.currency = '{{ var("base_currency") }}'
),

median_prices as (
    {{ group_estimates('records', 'products', 'price', 'converted_price', 'copy_number = 1 and converted_price > 0') }}
),

usual_categories as (
    {{ group_estimates('records', 'products', 'category', 'known_category', 'copy_number = 1') }}
),

usual_brands as (
    {{ group_estimates('records', 'products', 'brand', 'known_brand', 'copy_number = 1') }}
),

filled as (
    select
        records.*,
        records.price_policy = 'reject'
        and records.price is null
        and {{ is_mapped('products', 'price') }} as is_price_required,
        records.category_policy = 'reject'
        and records.known_category is null
        and {{ is_mapped('products', 'category') }} as is_category_required,
        records.brand_policy = 'reject'
        and records.known_brand is null
        and {{ is_mapped('products', 'brand') }} as is_brand_required,
        records.description_policy = 'reject'
        and records.description is null
        and {{ is_mapped('products', 'description') }} as is_description_required,
        {{ filled_text('records.known_category', 'records.category_policy', 'usual_categories.estimate') }} as clean_category,
        {{ filled_text('records.known_brand', 'records.brand_policy', 'usual_brands.estimate') }} as clean_brand,
        case
            when records.price is null then cast(median_prices.estimate as decimal(18, 4))
            else records.converted_price
        end as clean_price
    from records
    left join median_prices on records.record_id = median_prices.record_id
    left join usual_categories on records.record_id = usual_categories.record_id
    left join usual_brands on records.record_id = usual_brands.record_id
),

-- Only valid rows are compared with each other, so that a rejected row does not cause the rejection of a valid one.
compared as (
    select
        *,
        price is null and clean_price is not null as is_price_imputed,
        known_category is null and clean_category is not null as is_category_imputed,
        known_brand is null and clean_brand is not null as is_brand_imputed,
        case
            when
                copy_number = 1
                and not (is_price_required or is_category_required or is_brand_required or is_description_required)
                then row_number() over (
                    partition by
                        product_id, copy_number,
                        is_price_required, is_category_required, is_brand_required, is_description_required
                    order by launched_at desc nulls last, record_id asc nulls last
                )
        end as content_number,
        case when copy_number = 1 and own_name is not null then first_value(product_id) over twins end as first_twin_id,
        case when copy_number = 1 then first_value(own_name) over twins else own_name end as clean_name
    from filled
    window twins as (
        partition by {{ normal_form('own_name') }}, round(clean_size, 1), clean_size_unit, copy_number
        order by launched_at asc nulls last, record_id asc nulls last
    )
),

judged as (
    select
        *,
        copy_number > 1 as is_exact_duplicate,
        product_id is null as is_missing_key,
        product_id is not null and content_number > 1 as is_conflicting_duplicate,
        first_twin_id <> product_id as is_near_duplicate,
        description is null and {{ is_mapped('products', 'description') }} as is_missing_description,
        size_unit is not null and known_unit is null as is_unknown_unit,
        currency is not null
        and ((price is not null and converted_price is null) or (cost is not null and clean_cost is null)) as is_unknown_currency,
        case when own_name <> clean_name then 'name_spelling' when name <> own_name then 'untrimmed_text' end as name_rule,
        case
            when brand is null then case when is_brand_imputed and {{ is_mapped('products', 'brand') }} then 'missing_brand' end
            when brand <> clean_brand then 'brand_spelling'
        end as brand_rule,
        case
            when category is null
                then case when is_category_imputed and {{ is_mapped('products', 'category') }} then 'missing_category' end
            when category <> clean_category then 'category_spelling'
        end as category_rule,
        {{ value_rule('launched_at') | indent(8) }} as launched_at_rule,
        {{ value_rule('is_available') | indent(8) }} as is_available_rule,
        case
            when size is null then {{ value_rule('size') | indent(12) }}
            when {{ normal_form('size_unit') }} <> known_unit then 'size_in_other_unit'
        end as size_rule,
        case
            when price is null and {{ value_rule('price') | indent(12) }} is not null then {{ value_rule('price') | indent(12) }}
            when price is null then case when is_price_imputed and {{ is_mapped('products', 'price') }} then 'missing_price' end
            when converted_price <> price then 'price_in_other_currency'
        end as price_rule,
        case
            when cost is null then {{ value_rule('cost') | indent(12) }}
            when clean_cost <> cost then 'cost_in_other_currency'
        end as cost_rule
    from compared
)

select
    {%- for column in raw_contract()['products']['columns'] %}
    {{ column }},
    {%- endfor %}
    record_id,
    unreadable_values,
    implausible_values,
    clean_name,
    clean_brand,
    clean_category,
    clean_size,
    clean_size_unit,
    clean_price,
    clean_cost,
    coalesce(is_available, is_available_rule is null) as clean_is_available,
    is_brand_imputed,
    is_category_imputed,
    is_price_imputed,
    brand_policy,
    category_policy,
    price_policy,
    {%- for column in corrections %}
    {{ column }},
    {%- endfor %}
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(rejections + flags, corrections) }} as found_rules
from judged
