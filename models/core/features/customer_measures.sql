-- Grain: cutoff × customer with an interaction before the cutoff × feature of scaled_features for which the customer has a value.
-- The features to scale in long format, so that feature, method and weight are data. A customer without purchases has frequency
-- and monetary value 0; other features may be missing. A view, because each of its two readers reads all rows once.
{{ config(materialized='view') }}
with customers as (
    select
        activity.*,
        orders.log_recency,
        coalesce(orders.log_frequency, 0) as log_frequency,
        case when orders.customer_index is null then 0 else orders.log_monetary end as log_monetary,
        rhythm.gap_mean_days,
        rhythm.order_trend,
        rhythm.amount_trend,
        categories.entropy as category_entropy,
        brands.entropy as brand_entropy,
        orders.purchases_per_order,
        orders.pieces_per_order,
        orders.amount_per_order,
        orders.discounted_share,
        orders.returned_share,
        orders.repeated_share,
        prices.price_level
    from {{ ref('customer_activity') }} as activity
    left join {{ ref('customer_orders') }} as orders
        on
            activity.cutoff_id = orders.cutoff_id
            and activity.customer_index = orders.customer_index
    left join {{ ref('customer_rhythm') }} as rhythm
        on
            activity.cutoff_id = rhythm.cutoff_id
            and activity.customer_index = rhythm.customer_index
    left join {{ ref('customer_tastes') }} as categories
        on
            activity.cutoff_id = categories.cutoff_id
            and activity.customer_index = categories.customer_index
            and categories.attribute = 'category'
            and categories.taste_rank = 1
    left join {{ ref('customer_tastes') }} as brands
        on
            activity.cutoff_id = brands.cutoff_id
            and activity.customer_index = brands.customer_index
            and brands.attribute = 'brand'
            and brands.taste_rank = 1
    left join {{ ref('customer_prices') }} as prices
        on
            activity.cutoff_id = prices.cutoff_id
            and activity.customer_index = prices.customer_index
    where activity.interaction_count is not null
),

measures as (
    select
        customers.cutoff_id,
        customers.customer_index,
        features.feature,
        features.method,
        features.segment_weight,
        case features.feature
            {%- for feature in measured_features() %}
            when '{{ feature }}' then cast(customers.{{ feature }} as double)
            {%- endfor %}
        end as feature_value
    from customers
    cross join {{ ref('scaled_features') }} as features
)

select
    cutoff_id,
    customer_index,
    feature,
    method,
    segment_weight,
    feature_value
from measures
where feature_value is not null
