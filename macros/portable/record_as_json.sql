{#- Columns of a row as a JSON object in text form: an expression for a select list. `shown` maps columns to SQL that replaces
    their value. Timestamps have names that end in _at; as texts they look the same on all engines. -#}
{% macro record_as_json(columns, shown={}) %}{{ return(adapter.dispatch('record_as_json')(columns, shown)) }}{% endmacro %}

{% macro duckdb__record_as_json(columns, shown) -%}
    cast(json_object(
        {%- for column in columns %}'{{ column }}', ({{ shown.get(column, column) }}){{ ', ' if not loop.last }}{% endfor -%}
    ) as string)
{%- endmacro %}

{% macro spark__record_as_json(columns, shown) -%}
    to_json(named_struct(
        {%- for column in columns %}'{{ column }}',
            {%- set value = shown.get(column, column) %}
            {{ 'cast(' ~ value ~ ' as string)' if column.endswith('_at') else '(' ~ value ~ ')' }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    ), map('ignoreNullFields', 'false'))
{%- endmacro %}
