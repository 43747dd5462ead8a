-- Grain: cutoff × product known at the cutoff, with its price: the list price, else the median price paid before the cutoff.
-- price_percentile is the mid-rank percentile within the category: the share of cheaper products plus half the share of equally
-- priced ones. It is 0.5 for an only product, and its mean over a category is always 0.5. Products without a category are
-- compared with each other.
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

-- Products without a price are ranked in a separate partition.
ranked_prices as (
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
from ranked_prices
