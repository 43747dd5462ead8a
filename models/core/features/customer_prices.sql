-- Grain: cutoff × customer who kept a purchase of a product with a price. price_level is the mean place of these purchases on the
-- price ladder of their category, so that cheap jewellery is cheap and dear soap is dear; price_band cuts it into
-- band_count equal parts.
{%- set band_count = 3 %}   {#- bands of the price ladder of a category, 1 = the cheapest #}
with levels as (
    select
        cutoffs.cutoff_id,
        purchases.customer_index,
        {{ stable_sum('prices.price_percentile') }} / count(*) as price_level
    from {{ ref('purchases') }} as purchases
    inner join {{ ref('cutoffs') }} as cutoffs on purchases.occurred_at < cutoffs.cutoff_at
    inner join {{ ref('product_prices') }} as prices
        on
            cutoffs.cutoff_id = prices.cutoff_id
            and purchases.product_index = prices.product_index
    where
        purchases.customer_index is not null
        and prices.price_percentile is not null
        and {{ is_kept('purchases', 'cutoffs') }}
    group by cutoffs.cutoff_id, purchases.customer_index
)

select
    cutoff_id,
    customer_index,
    price_level,
    cast(least(floor(price_level * {{ band_count }}) + 1, {{ band_count }}) as bigint) as price_band
from levels
