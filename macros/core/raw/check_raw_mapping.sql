{#- Runs before anything is built: refuses a mapping that names what is not there, with a message that names the dataset file,
    the table and what would be accepted. -#}
{% macro check_raw_mapping() %}
    {%- if not runs_package() -%}{{ return('') }}{%- endif -%}
    {%- set contract = raw_contract() -%}
    {%- set where = mapping_place() -%}
    {%- if not (var('raw').order_lines or var('raw').events) -%}
        {{ exceptions.raise_compiler_error(where ~ " maps neither order_lines nor events: at least one of them is needed, nothing "
            ~ "can be learnt without what customers did.") }}
    {%- endif -%}
    {%- for table, mapping in var('raw').items() -%}
        {%- if table not in contract -%}
            {{ exceptions.raise_compiler_error(where ~ " maps an unknown table '" ~ table ~ "'. Tables of the raw contract: "
                ~ contract.keys() | join(', ') ~ ".") }}
        {%- endif -%}
        {%- do check_raw_table(where ~ ", table '" ~ table ~ "'", table, mapping or {}) -%}
    {%- endfor -%}
{% endmacro %}
