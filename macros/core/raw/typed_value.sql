{#- The value of a text column, parsed by column_types and the mapping's time_format and number_format; NULL if the text has
    another format. If the mapping states a format, no other format is tried, because 03/04/25 and 1.234 are ambiguous. By
    default, times are ISO 8601 (parse_utc) and numbers have a decimal point and no other symbols. A number that must be whole is
    not rounded. -#}
{% macro typed_value(table, column) -%}
    {%- set type = column_types()[column] -%}
    {%- set time_format = column_format(table, 'time_format', column) -%}
    {%- set example = column_format(table, 'number_format', column) -%}
    {%- if type.kind == 'time' -%}
        {%- set time = parse_time(column, time_format) if time_format else parse_utc(column) -%}
        {{ time if type.type == 'timestamp' else 'cast(' ~ time ~ ' as ' ~ type.type ~ ')' }}
    {%- elif type.kind == 'number' -%}
        {%- set is_whole = type.type == 'bigint' -%}   {#- casting directly would round 0.5 #}
        {%- set read_type = 'decimal(38, 9)' if is_whole else type.type -%}
        {%- set number = parse_number(column, read_type, example) if number_format(example)
            else 'try_cast(' ~ column ~ ' as ' ~ read_type ~ ')' -%}
        {%- set whole = 'try_cast(' ~ number ~ ' as bigint)' -%}
        {{ 'case when ' ~ number ~ ' = ' ~ whole ~ ' then ' ~ whole ~ ' end' if is_whole else number }}
    {%- else -%}
        try_cast({{ column }} as {{ type.type }})
    {%- endif -%}
{%- endmacro %}
