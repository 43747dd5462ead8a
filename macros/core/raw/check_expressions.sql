{#- Rejects a mapping with an expression that the engine cannot evaluate over the raw table. The message names the first failing
    expression (where, group_by or a contract column), the engine's error and the available columns. `origin` names the raw
    table. -#}
{% macro check_expressions(where, table, mapping, origin) %}
    {%- if not query_error(selected_rows(table)) -%}{{ return('') }}{%- endif -%}
    {%- set delivered = delivered_columns(table) -%}
    {%- set rows = ' from ' ~ raw_relation(table) -%}
    {%- set condition = ' where ' ~ raw_expression(mapping.where, delivered) if mapping.where else '' -%}
    {%- set grouping = ' group by ' ~ raw_expression(mapping.group_by, delivered) if mapping.group_by else '' -%}
    {%- set tried = [("`where`", mapping.where, 'select 1' ~ rows ~ condition),
                     ("`group_by`", mapping.group_by, 'select 1' ~ rows ~ condition ~ grouping)] -%}
    {%- for column, expression in raw_columns(table).items() -%}
        {%- set read = 'select ' ~ raw_expression(expression, delivered) ~ ' as ' ~ column -%}
        {%- do tried.append(("column '" ~ column ~ "'", expression, read ~ rows ~ condition ~ grouping)) -%}
    {%- endfor -%}
    {%- for name, expression, query in tried if expression -%}
        {%- set problem = query_error(query) -%}
        {%- if problem -%}
            {{ exceptions.raise_compiler_error(where ~ ", " ~ name ~ " reads `" ~ expression
                ~ "`, which can't be evaluated over " ~ origin ~ ": "
                ~ problem | replace('\n', ' ') ~ ". It has: " ~ delivered | join(', ')
                ~ ". Within an expression, put a column name that contains blanks or is an SQL keyword in double quotes.") }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
