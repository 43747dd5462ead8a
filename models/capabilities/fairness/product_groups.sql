-- Grain: cutoff × recommendable product × attribute of the product side of protected_groups: the group of the product.
-- popularity_quantile is the share of products that are less popular at the cutoff. price_percentile is the percentile of the
-- price within the category. Lossy: a product whose attribute is unknown or was imputed by cleaning has no group of that
-- attribute.
with products as (
    select
        offered.cutoff_id,
        offered.product_index,
        case when not products.is_brand_imputed and products.brand <> 'unknown' then products.brand end as brand,
        case when not products.is_category_imputed and products.category <> 'unknown' then products.category end as category,
        prices.price_percentile,
        cast(
            count(*) over (partition by offered.cutoff_id) - offered.popularity_rank as double
        ) / count(*) over (partition by offered.cutoff_id) as popularity_quantile
    from {{ ref('cutoff_products') }} as offered
    inner join {{ ref('clean_products') }} as products on offered.product_index = products.product_index
    left join {{ ref('product_prices') }} as prices
        on
            offered.cutoff_id = prices.cutoff_id
            and offered.product_index = prices.product_index
),

fields as (
    {%- for field in ['brand', 'category'] %}
    select
        cutoff_id,
        product_index,
        '{{ field }}' as field,
        {{ field }} as text_value,
        cast(null as double) as number_value
    from products
    where {{ field }} is not null
    union all
    {%- endfor %}
    {%- for field in ['price_percentile', 'popularity_quantile'] %}
    select
        cutoff_id,
        product_index,
        '{{ field }}' as field,
        cast(null as string) as text_value,
        {{ field }} as number_value
    from products
    where {{ field }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

members as (
    select
        fields.cutoff_id,
        fields.product_index,
        protected_groups.attribute,
        {{ named_group('protected_groups', 'fields') }} as protected_group,
        row_number() over (
            partition by fields.cutoff_id, fields.product_index, protected_groups.attribute
            order by
                case when protected_groups.field_value = '*' then 1 else 0 end asc nulls last,
                protected_groups.protected_group asc nulls last
        ) as choice
    from fields
    inner join {{ ref('protected_groups') }} as protected_groups
        on
            fields.field = protected_groups.field
            and protected_groups.side = 'product'
            and {{ is_of_group('protected_groups', 'fields') }}
)

select
    cutoff_id,
    product_index,
    attribute,
    protected_group
from members
where choice = 1
