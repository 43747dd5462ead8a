{#- The customer features that can be scaled: the numeric columns of customer_measures that scaled_features may name. -#}
{% macro measured_features() %}
    {{ return([
        'log_recency', 'log_frequency', 'log_monetary', 'gap_mean_days', 'order_trend', 'amount_trend', 'interaction_trend',
        'category_entropy', 'brand_entropy', 'hour_entropy', 'purchases_per_order', 'pieces_per_order', 'amount_per_order',
        'discounted_share', 'returned_share', 'repeated_share', 'price_level', 'evening_share', 'weekend_share',
        'tenure_days', 'days_since_interaction', 'session_count', 'days_between_sessions', 'minutes_per_session',
        'interactions_per_session', 'converted_share',
    ]) }}
{% endmacro %}
