{#- Values of a row as one JSON array in text form: no two different rows give the same text, and it is half as dear as an object. -#}
{% macro values_as_json(columns) %}{{ return(adapter.dispatch('values_as_json')(columns)) }}{% endmacro %}

{% macro duckdb__values_as_json(columns) %}cast(json_array({{ columns | join(', ') }}) as string){% endmacro %}

{% macro spark__values_as_json(columns) %}to_json(array({{ columns | join(', ') }})){% endmacro %}
