{#- Columns of a row as one JSON object in text form: an expression for a select list. -#}
{% macro record_as_json(columns) %}{{ return(adapter.dispatch('record_as_json')(columns)) }}{% endmacro %}

{% macro duckdb__record_as_json(columns) -%}
    cast(json_object({% for column in columns %}'{{ column }}', ({{ column }}){{ ', ' if not loop.last }}{% endfor %}) as string)
{%- endmacro %}

{% macro spark__record_as_json(columns) -%}
    to_json(named_struct({% for column in columns %}'{{ column }}', ({{ column }}){{ ', ' if not loop.last }}{% endfor %}), map('ignoreNullFields', 'false'))
{%- endmacro %}
