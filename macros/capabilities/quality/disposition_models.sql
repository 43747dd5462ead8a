{#- Model with the dispositions of each raw table, as {raw table: relation}. -#}
{% macro disposition_models() %}
    {{ return({
        'customers': ref('customer_dispositions'),
        'products': ref('product_dispositions'),
        'order_lines': ref('order_line_dispositions'),
        'events': ref('event_dispositions'),
        'feedback': ref('feedback_dispositions'),
        'impressions': ref('impression_dispositions'),
        'consents': ref('consent_dispositions'),
        'erasure_requests': ref('erasure_request_dispositions'),
    }) }}
{% endmacro %}
