{#- The contexts that get lists of their own: a name, and dimensions out of usual_dimensions, of which each combination of values is a
    cell. -#}
{% macro contextual_lists() %}
    {{ return([
        {'context': 'device_daypart', 'dimensions': ['device', 'daypart']},
        {'context': 'country', 'dimensions': ['country']},
    ]) }}
{% endmacro %}
