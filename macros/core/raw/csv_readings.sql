{#- Groups the CSV files of a mapping by header and compression: a list of {files, columns, compression}, in the order of the file
    names. A column without a name is called column_<position>. -#}
{% macro csv_readings(mapping) %}
    {%- set readings = [] -%}
    {%- for file, kind in file_kinds(mapping).items() -%}
        {%- set compression = kind if kind in ('gzip', 'zstd') else 'none' -%}
        {%- set columns = csv_columns(csv_header(file, mapping, compression), mapping) -%}
        {%- set same = readings | selectattr('columns', 'equalto', columns) | selectattr('compression', 'equalto', compression)
            | list -%}
        {%- if same -%}
            {%- do same[0].files.append(file) -%}
        {%- else -%}
            {%- do readings.append({'files': [file], 'columns': columns, 'compression': compression}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(readings) }}
{% endmacro %}
