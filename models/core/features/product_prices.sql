-- Grain: cutoff × product known by then, with its price: the list price, else the median of what was paid for it before the
-- cutoff. price_percentile is its place within the category, half of the equally dear counted as cheaper: 0.5 for the only
-- product, and the mean of a category is always 0.5. Products without a category are compared with each other.
with paid as (
    select
        cutoffs.cutoff_id,
        purchases.product_index,
        median(purchases.unit_price) as typical_price
    from {{ ref('purchases') }} as purchases
    inner join {{ ref('clean_products') }} as products on purchases.product_index = products.product_index
    inner join {{ ref('cutoffs') }} as cutoffs on purchases.occurred_at < cutoffs.cutoff_at
    where products.price is null or products.is_price_imputed
    group by cutoffs.cutoff_id, purchases.product_index
),

discounts as (
    select
        cutoffs.cutoff_id,
        purchases.product_index,
        count(*) filter (where purchases.is_discounted) / cast(nullif(count(purchases.is_discounted), 0) as double)
            as discounted_share
    from {{ ref('purchases') }} as purchases
    inner join {{ ref('cutoffs') }} as cutoffs on purchases.occurred_at < cutoffs.cutoff_at
    group by cutoffs.cutoff_id, purchases.product_index
),

priced as (
    select
        known.cutoff_id,
        known.product_index,
        products.category,
        coalesce(
            case when not products.is_price_imputed then cast(products.price as double) end,
            cast(paid.typical_price as double)
        ) as price,
        discounts.discounted_share
    from {{ ref('known_products') }} as known
    inner join {{ ref('clean_products') }} as products on known.product_index = products.product_index
    left join paid
        on
            known.cutoff_id = paid.cutoff_id
            and known.product_index = paid.product_index
    left join discounts
        on
            known.cutoff_id = discounts.cutoff_id
            and known.product_index = discounts.product_index
),

-- Products without a price stand in a partition of their own.
placed as (
    select
        *,
        rank() over (partition by cutoff_id, category, price is null order by price asc nulls last) - 1 as cheaper_count,
        count(*) over (partition by cutoff_id, category, price) as equal_count,
        count(*) over (partition by cutoff_id, category, price is null) as compared_count,
        median(price) over (partition by cutoff_id, category) as category_price
    from priced
)

select
    cutoff_id,
    product_index,
    price,
    case when price is not null then (cheaper_count + 0.5 * equal_count) / compared_count end as price_percentile,
    price / nullif(category_price, 0) as price_to_category,
    discounted_share
from placed
