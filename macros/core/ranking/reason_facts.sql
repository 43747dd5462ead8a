{#- Placeholders of the templates of reason_templates, each with the column of reason_options that fills it. -#}
{% macro reason_facts() %}
    {{ return({
        '{product}': 'product_name',
        '{seen}': 'seen_name',
        '{month}': 'product_month',
        '{own_month}': 'own_month',
        '{days}': 'cycle_days',
        '{category}': 'popular_category',
        '{liked}': 'liked_category',
        '{place}': 'popular_place',
        '{now}': 'popular_now',
    }) }}
{% endmacro %}
