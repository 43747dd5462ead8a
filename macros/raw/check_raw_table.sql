{#- Refuses one table's mapping: unknown settings or columns, required columns that are missing, a raw table without rows.
    `where` opens each message: the dataset file and the table. -#}
{% macro check_raw_table(where, table, mapping) %}
    {%- set contract = raw_contract()[table] -%}
    {%- set keys = ['file', 'relation', 'source', 'encoding', 'where', 'group_by', 'columns'] -%}
    {%- for key in mapping if key not in keys -%}
        {{ exceptions.raise_compiler_error(where ~ ": unknown setting '" ~ key ~ "'. Accepted: " ~ keys | join(', ') ~ ".") }}
    {%- endfor -%}
    {%- if [mapping.file, mapping.relation, mapping.source] | select | list | length != 1 -%}
        {{ exceptions.raise_compiler_error(where ~ ": say exactly one of file, relation or source.") }}
    {%- endif -%}
    {%- for column in mapping.columns or {} if column not in contract['columns'] -%}
        {{ exceptions.raise_compiler_error(where ~ " maps an unknown column '" ~ column ~ "'. Columns of " ~ table ~ ": "
            ~ contract['columns'] | join(', ') ~ ".") }}
    {%- endfor -%}
    {%- if mapping.file -%}
        {%- do check_raw_file(where, mapping) -%}
    {%- endif -%}
    {%- set found = relation_columns(raw_relation(table)) -%}
    {%- set expressions = raw_columns(table) -%}
    {%- for column in contract['required'] if column not in expressions -%}
        {{ exceptions.raise_compiler_error(where ~ ": the required column '" ~ column ~ "' is neither mapped nor found. Add it under "
            ~ "columns:. The raw table has: " ~ found | join(', ') ~ ".") }}
    {%- endfor -%}
    {%- for column, expression in expressions.items() -%}
        {%- set is_plain_name = modules.re.fullmatch('[A-Za-z_][A-Za-z0-9_]*', expression | string) -%}
        {%- if is_plain_name and expression | lower not in found | map('lower') -%}
            {{ exceptions.raise_compiler_error(where ~ ", column '" ~ column ~ "' reads '" ~ expression ~ "', which the raw table does "
                ~ "not have. It has: " ~ found | join(', ') ~ ".") }}
        {%- endif -%}
    {%- endfor -%}
    {%- if run_query('select 1 from ' ~ raw_relation(table) ~ ' limit 1').rows | length == 0 -%}
        {{ exceptions.raise_compiler_error(where ~ " is empty: " ~ raw_relation(table) ~ " has no rows. Deliver data, or leave the "
            ~ "table out of the mapping.") }}
    {%- endif -%}
{% endmacro %}
