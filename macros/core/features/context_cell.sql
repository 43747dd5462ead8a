{#- The cell of a situation: the values of the listed dimensions, joined by bars; `all` if no dimension is listed. `dimensions`
    lists each dimension between blanks. -#}
{% macro context_cell(situations, dimensions) -%}
    coalesce(nullif(concat_ws('|'
    {%- for dimension in context_dimensions() -%}
        , case when {{ dimensions }} like '% {{ dimension }} %' then {{ situations }}.{{ dimension }} end
    {%- endfor -%}
    ), ''), 'all')
{%- endmacro %}
