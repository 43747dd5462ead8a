{#- How the CSV files of a mapping are read: a list of {files, columns}, one entry per distinct header, in the order of the file
    names. A column without a name is called column_<position>. -#}
{% macro csv_readings(mapping) %}
    {%- set readings = [] -%}
    {%- for file in run_query("select file from glob(" ~ raw_file_pattern(mapping) ~ ") order by file").rows -%}
        {%- set columns = csv_columns(csv_header(file[0], mapping), mapping) -%}
        {%- set same = readings | selectattr('columns', 'equalto', columns) | list -%}
        {%- if same -%}
            {%- do same[0].files.append(file[0]) -%}
        {%- else -%}
            {%- do readings.append({'files': [file[0]], 'columns': columns}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(readings) }}
{% endmacro %}
