{#- The cell of a situation in a context: the values of the context's dimensions, joined by bars; `all` where it has none. -#}
{% macro context_cell(situations, contexts, prefix) -%}
    coalesce(nullif(concat_ws('|'
    {%- for dimension in context_dimensions() -%}
        , case when {{ contexts }}.{{ prefix }}{{ dimension }} then {{ situations }}.{{ dimension }} end
    {%- endfor -%}
    ), ''), 'all')
{%- endmacro %}
