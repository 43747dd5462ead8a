{#- A query of the rows that the mapping selects from a raw table: its expressions with the contract's column names, in their own
    types. If the mapping has `identity`, raw_identity contains the values of those columns as JSON. The user's expressions are
    evaluated only here, so that they have the same meaning in the first build and in later builds: a window function is allowed
    in the select-list, but not in a condition. In the docs the SQL names the source instead of its files, so that column lineage
    finds it. -#}
{% macro selected_rows(table) -%}
    {%- set mapping = var('raw')[table] -%}
    {%- set delivered = delivered_columns(table) -%}
    {%- set is_for_docs = execute and invocation_args_dict.which == 'generate' -%}
    select
    {%- for column, expression in raw_columns(table).items() %}
        {{ raw_expression(expression, delivered) }} as {{ column }}{{ ',' if not loop.last or mapping.identity }}
    {%- endfor %}
    {%- if mapping.identity %}
        {%- set identity_columns = [] %}
        {%- for column in identity_of(mapping) %}{%- do identity_columns.append(raw_expression(column, delivered)) %}{%- endfor %}
        {{ values_as_json(identity_columns) }} as raw_identity
    {%- endif %}
    from {{ source('raw', table) if is_for_docs and not (mapping.source or mapping.ref) else raw_relation(table) }}
    {%- if mapping.where %}
    where {{ raw_expression(mapping.where, delivered) }}
    {%- endif %}
    {%- if mapping.group_by %}
    group by {{ raw_expression(mapping.group_by, delivered) }}
    {%- endif %}
{%- endmacro %}
