-- Grain: cutoff × customer with a kept purchase of a product with a price. price_level is the mean price percentile of these
-- purchases within their categories, so that cheap jewellery counts as cheap and expensive soap as expensive. price_band divides
-- it into band_count equal parts.
{%- set band_count = 3 %}   {#- bands of the price percentile within a category, 1 = cheapest #}
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
