{#- Contexts that have contextual lists. Each is a row of context_crosses that counts products. Its dimensions are among
    usual_dimensions and keep their order within a cell. -#}
{% macro contextual_lists() %}
    {{ return([
        {'context': 'device_daypart', 'dimensions': ['device', 'daypart']},
        {'context': 'country', 'dimensions': ['country']},
    ]) }}
{% endmacro %}
