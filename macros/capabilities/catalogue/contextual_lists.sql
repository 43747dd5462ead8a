{#- The contexts that get lists of their own: rows of context_crosses that count products, with their dimensions, all of which are among
    usual_dimensions, in their order within a cell. -#}
{% macro contextual_lists() %}
    {{ return([
        {'context': 'device_daypart', 'dimensions': ['device', 'daypart']},
        {'context': 'country', 'dimensions': ['country']},
    ]) }}
{% endmacro %}
