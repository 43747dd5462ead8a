{#- The cell of a situation: the values of the dimensions that a text names between blanks, joined by bars; `all` where it names none. -#}
{% macro context_cell(situations, dimensions) -%}
    coalesce(nullif(concat_ws('|'
    {%- for dimension in context_dimensions() -%}
        , case when {{ dimensions }} like '% {{ dimension }} %' then {{ situations }}.{{ dimension }} end
    {%- endfor -%}
    ), ''), 'all')
{%- endmacro %}
