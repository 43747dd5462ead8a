{#- The select-list of the typed columns of a raw table, parsed by typed_value or by the SQL in `readings`. Two more columns keep
    the texts of unusable values ("quantity=N/A"), so that no value vanishes: unreadable_values for texts that cannot be parsed,
    and implausible_values for values outside the range of column_types. -#}
{% macro typed_columns(table, readings={}) %}
    {%- set columns = raw_contract()[table]['columns'] | select('in', column_types().keys() | list) | list -%}
    {%- set values = {} -%}
    {%- for column in columns -%}
        {%- do values.update({column: readings.get(column) or typed_value(table, column)}) -%}
    {%- endfor -%}
    {%- for column in columns %}
    {%- set range = plausible_range(column, values[column]) %}
    {{ values[column] if range == 'true' else 'case when ' ~ range ~ ' then ' ~ values[column] ~ ' end' }} as {{ column }},
    {%- endfor %}
    nullif(concat_ws('; '
        {%- for column in columns %},
        case when {{ column }} is not null and {{ values[column] }} is null then '{{ column }}=' || {{ column }} end
        {%- endfor %}
    ), '') as unreadable_values,
    nullif(concat_ws('; '
        {%- for column in columns %},
        case when not {{ plausible_range(column, values[column]) }} then '{{ column }}=' || {{ column }} end
        {%- endfor %}
    ), '') as implausible_values
{%- endmacro %}
