-- Grain: cutoff × product known at the cutoff: the value of a sale. price is NULL if no price is known. value is the price; a
-- product without a price has the median value, so that value_weight neither favours nor buries it, and 1 if no product has a
-- price.
with priced as (
    select
        cutoff_id,
        product_index,
        price,
        median(price) over (partition by cutoff_id) as median_price
    from {{ ref('product_prices') }}
)

select
    cutoff_id,
    product_index,
    price,
    cast(coalesce(price, median_price, 1) as double) as value
from priced
