-- Catches shares that do not sum to one: devices, channels and order months of a customer, and seasons of a product.
with sums as (
    select
        'customer_mixes' as feature_table,
        sum(use_share) as share_sum
    from {{ ref('customer_mixes') }}
    group by cutoff_id, customer_index, attribute
    union all
    select
        'customer_seasonality' as feature_table,
        sum(month_share) as share_sum
    from {{ ref('customer_seasonality') }}
    group by cutoff_id, customer_index
    union all
    select
        'product_seasonality' as feature_table,
        sum(season_share) as share_sum
    from {{ ref('product_seasonality') }}
    group by cutoff_id, product_index, season_type
)

select
    feature_table,
    share_sum
from sums
where not coalesce(share_sum between 0.999999 and 1.000001, false)
