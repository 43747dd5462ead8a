-- Grain: cutoff × product known at the cutoff: the value of a sale. price is NULL if no price is known. value is the margin,
-- price - cost, at least 0. A product without a cost has the median margin as a share of the price, and a product without a price
-- has the median price, so that value_weight neither favours nor buries it. Without costs, value is the price; without prices, 1.
with priced as (
    select
        prices.cutoff_id,
        prices.product_index,
        prices.price,
        cast(case when prices.price < products.cost then 0 else prices.price - products.cost end as double) as margin,
        cast(coalesce(prices.price, median(prices.price) over (partition by prices.cutoff_id), 1) as double) as usual_price
    from {{ ref('product_prices') }} as prices
    left join {{ ref('clean_products') }} as products on prices.product_index = products.product_index
),

shared as (
    select
        *,
        median(margin / nullif(usual_price, 0)) over (partition by cutoff_id) as usual_margin_share
    from priced
)

select
    cutoff_id,
    product_index,
    price,
    coalesce(margin, usual_price * coalesce(usual_margin_share, 1)) as value
from shared
