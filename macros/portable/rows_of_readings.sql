{#- Query of the rows of several groups of CSV files, entries of csv_readings, matched by column name. -#}
{% macro rows_of_readings(readings, mapping) %}{{ return(adapter.dispatch('rows_of_readings')(readings, mapping)) }}{% endmacro %}

{% macro duckdb__rows_of_readings(readings, mapping) %}
    {%- set queries = [] -%}
    {%- for reading in readings -%}{%- do queries.append('select * from ' ~ read_csv_strictly(reading, mapping)) -%}{%- endfor -%}
    {{ return(queries | join(' union all by name ')) }}
{% endmacro %}

{% macro spark__rows_of_readings(readings, mapping) %}
    {%- set columns = [] -%}
    {%- for reading in readings -%}{%- do columns.extend(reading.columns | reject('in', columns) | list) -%}{%- endfor -%}
    {%- set queries = [] -%}
    {%- for reading in readings -%}
        {%- set selected = [] -%}
        {%- for column in columns -%}
            {%- do selected.append(quoted_name(column) if column in reading.columns else 'cast(null as string) as ' ~ quoted_name(column)) -%}
        {%- endfor -%}
        {%- do queries.append('select ' ~ selected | join(', ') ~ ' from ' ~ read_csv_strictly(reading, mapping)) -%}
    {%- endfor -%}
    {{ return(queries | join(' union all ')) }}
{% endmacro %}
