{#- Refuses a mapping with an expression that the engine can't evaluate over the raw table: names the first of where, group_by and the
    contract's columns that fails, the engine's reason and the columns there are. `origin` names the raw table. -#}
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
            {{ exceptions.raise_compiler_error(where ~ ", " ~ name ~ " reads `" ~ expression ~ "`, which can't be evaluated over " ~ origin ~ ": "
                ~ problem | replace('\n', ' ') ~ ". It has: " ~ delivered | join(', ') ~ ". Within an expression, a column whose name holds blanks "
                ~ "or is a word of SQL stands in double quotes.") }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
