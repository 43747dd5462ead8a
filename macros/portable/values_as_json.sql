{#- Values of a row as a JSON array in text form. Different rows always give different texts. An array costs half as much as an
    object. -#}
{% macro values_as_json(columns) %}{{ return(adapter.dispatch('values_as_json')(columns)) }}{% endmacro %}

{% macro duckdb__values_as_json(columns) %}cast(json_array({{ columns | join(', ') }}) as string){% endmacro %}

{% macro spark__values_as_json(columns) %}to_json(array({{ columns | join(', ') }})){% endmacro %}
