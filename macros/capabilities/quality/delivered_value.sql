{#- Column of a raw row as text: its value, or the text that staging recorded because it could not use it. -#}
{% macro delivered_value(table, column) -%}
    {%- if column in column_types() and column in raw_contract()[table]['columns'] -%}
    coalesce(cast({{ column }} as string), {{ noted_text(table, column) }})
    {%- else -%}
    cast({{ column }} as string)
    {%- endif -%}
{%- endmacro %}
