{#- Runs before anything is built. Rejects a mapping that names missing tables, columns or files. The message names the mapping
    file, the table and the accepted values. -#}
{% macro check_raw_mapping() %}
    {%- if not runs_package() -%}{{ return('') }}{%- endif -%}
    {%- set contract = raw_contract() -%}
    {%- set where = mapping_place() -%}
    {%- if not (var('raw').order_lines or var('raw').events) -%}
        {{ exceptions.raise_compiler_error(where ~ " maps neither order_lines nor events. At least one of them is required, "
            ~ "because the models learn from customer behaviour.") }}
    {%- endif -%}
    {%- for table, mapping in var('raw').items() -%}
        {%- if table not in contract -%}
            {{ exceptions.raise_compiler_error(where ~ " maps an unknown table '" ~ table ~ "'. Tables of the raw contract: "
                ~ contract.keys() | join(', ') ~ ".") }}
        {%- endif -%}
        {%- do check_raw_table(where ~ ", table '" ~ table ~ "'", table, mapping or {}) -%}
    {%- endfor -%}
{% endmacro %}
