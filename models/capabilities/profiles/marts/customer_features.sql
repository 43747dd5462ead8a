-- Grain: cutoff × customer, with all customers at every cutoff. A customer without a history at the cutoff has a row with empty
-- features, for two reasons: a list for a new customer finds a row, and the set of rows reveals nothing about the future. One
-- column per feature; feature_dictionary gives meaning, unit and range. This model only joins; the feature models compute. Lossy:
-- days since sign-up, purchase and interaction are whole numbers, because fractions would reveal the second of a sign-up or an
-- order.
with surveys as (
    select
        cutoff_id,
        customer_index,
        {{ string_list('category') }} as survey_categories,
        count(*) as survey_category_count,
        least({{ stable_sum('strength_share') }}, 1) as survey_strength_share
    from {{ ref('survey_tastes') }}
    group by cutoff_id, customer_index
)

select
    cutoffs.cutoff_id,
    customers.customer_id,
    cast(floor(orders.recency_days) as double) as recency_days,
    coalesce(orders.order_count, 0) as order_count,
    case when orders.customer_index is null then 0 else orders.monetary_amount end as monetary_amount,
    ln(1 + floor(orders.recency_days)) as log_recency,
    coalesce(orders.log_frequency, 0) as log_frequency,
    case when orders.customer_index is null then 0 else orders.log_monetary end as log_monetary,
    orders.recency_score,
    orders.frequency_score,
    orders.monetary_score,
    orders.value_score,
    orders.rfm_code,
    coalesce(orders.rfm_cell, 'no_purchases') as rfm_cell,
    cast(floor(activity.tenure_days) as double) as tenure_days,
    coalesce(activity.interaction_count, 0) as interaction_count,
    cast(floor(activity.days_since_interaction) as double) as days_since_interaction,
    rhythm.gap_mean_days,
    rhythm.gap_spread_days,
    rhythm.expected_by,
    rhythm.expected_purchase_date,
    rhythm.days_to_expected_purchase,
    rhythm.order_trend,
    rhythm.amount_trend,
    activity.interaction_trend,
    coalesce(categories.value_count, 0) as category_count,
    categories.entropy as category_entropy,
    coalesce(brands.value_count, 0) as brand_count,
    brands.entropy as brand_entropy,
    activity.hour_entropy,
    orders.purchases_per_order,
    orders.pieces_per_order,
    orders.amount_per_order,
    orders.discounted_share,
    orders.returned_share,
    orders.repeated_share,
    prices.price_level,
    prices.price_band,
    categories.attribute_value as preferred_category,
    categories.strength_share as preferred_category_share,
    brands.attribute_value as preferred_brand,
    brands.strength_share as preferred_brand_share,
    surveys.survey_categories,
    coalesce(surveys.survey_category_count, 0) as survey_category_count,
    surveys.survey_strength_share,
    devices.attribute_value as main_device,
    devices.use_share as main_device_share,
    channels.attribute_value as main_channel,
    channels.use_share as main_channel_share,
    activity.night_share,
    activity.morning_share,
    activity.afternoon_share,
    activity.evening_share,
    activity.weekend_share,
    coalesce(activity.session_count, 0) as session_count,
    activity.days_between_sessions,
    activity.minutes_per_session,
    activity.interactions_per_session,
    activity.converted_share,
    coalesce(activity.newest_session_interactions, 0) as newest_session_interactions,
    coalesce(activity.newest_session_products, 0) as newest_session_products,
    peaks.order_month as peak_month,
    peaks.month_index as peak_month_index,
    comings.month_index as coming_month_index,
    coalesce(segments.segment, 'none') as segment
from {{ ref('clean_customers') }} as customers
cross join {{ ref('cutoffs') }} as cutoffs
{%- for alias, model, condition in [
    ('orders', 'customer_orders', none),
    ('activity', 'customer_activity', none),
    ('rhythm', 'customer_rhythm', none),
    ('prices', 'customer_prices', none),
    ('categories', 'customer_tastes', "categories.attribute = 'category' and categories.taste_rank = 1"),
    ('brands', 'customer_tastes', "brands.attribute = 'brand' and brands.taste_rank = 1"),
    ('devices', 'customer_mixes', "devices.attribute = 'device' and devices.use_rank = 1"),
    ('channels', 'customer_mixes', "channels.attribute = 'channel' and channels.use_rank = 1"),
    ('peaks', 'customer_seasonality', 'peaks.month_rank = 1'),
    ('comings', 'customer_seasonality', 'comings.order_month = ' ~ coming_month('cutoffs.cutoff_at')),
] %}
left join {{ ref(model) }} as {{ alias }}
    on
        cutoffs.cutoff_id = {{ alias }}.cutoff_id
        and customers.customer_index = {{ alias }}.customer_index
        {%- if condition %}
        and {{ condition }}
        {%- endif %}
{%- endfor %}
left join surveys
    on
        cutoffs.cutoff_id = surveys.cutoff_id
        and customers.customer_index = surveys.customer_index
left join {{ ref('customer_segments') }} as segments
    on
        cutoffs.cutoff_id = segments.cutoff_id
        and customers.customer_index = segments.customer_index
