{#- What a template of reason_templates may speak of: the placeholder and the column of recommendation_reasons that fills it. -#}
{% macro reason_facts() %}
    {{ return({
        '{product}': 'product_name',
        '{month}': 'product_month',
        '{own_month}': 'own_month',
        '{days}': 'cycle_days',
    }) }}
{% endmacro %}
