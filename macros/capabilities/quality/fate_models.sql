{#- Which model holds the fates of each raw table, as {raw table: relation}. -#}
{% macro fate_models() %}
    {{ return({
        'customers': ref('customer_fates'),
        'products': ref('product_fates'),
        'order_lines': ref('order_line_fates'),
        'events': ref('event_fates'),
        'feedback': ref('feedback_fates'),
        'impressions': ref('impression_fates'),
        'consents': ref('consent_fates'),
        'erasure_requests': ref('erasure_request_fates'),
    }) }}
{% endmacro %}
