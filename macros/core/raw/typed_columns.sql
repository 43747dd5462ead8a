{#- Select-list of typed columns: `expressions` maps each column to the cast of its text. The last column, `unreadable_values`,
    keeps what a cast could not read ("quantity=N/A"), so that no value vanishes; NULL when all could be read. -#}
{% macro typed_columns(expressions) %}
    {%- for column, expression in expressions.items() %}
    {{ expression }} as {{ column }},
    {%- endfor %}
    nullif(concat_ws('; '
        {%- for column, expression in expressions.items() %},
        case when {{ column }} is not null and {{ expression }} is null then '{{ column }}=' || {{ column }} end
        {%- endfor %}
    ), '') as unreadable_values
{%- endmacro %}
