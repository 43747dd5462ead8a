{#- The groups that group_by of missing_value_policies accepts, as {raw table: {name: column with the known value}}. Estimated
    values are excluded, so that no estimate is based on another estimate. -#}
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
