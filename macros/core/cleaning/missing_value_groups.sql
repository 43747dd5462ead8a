{#- By what group_by of missing_value_policies may group, as {raw table: {name: column that holds what is known of it}}. Estimates
    are not among them: a guess must not be the ground for another guess. -#}
{% macro missing_value_groups() %}
    {{ return({
        'customers': {
            'country': 'known_country',
            'gender': 'known_gender',
            'acquisition_channel': 'acquisition_channel',
        },
        'products': {'category': 'known_category', 'brand': 'known_brand'},
    }) }}
{% endmacro %}
