{#- Rejects CSV files without a valid header in the first line: a blank line, an unclosed quote, or a duplicate column name. -#}
{% macro check_csv_header(where, mapping) %}
    {%- for file, kind in file_kinds(mapping).items() -%}
        {%- set header = csv_header(file, mapping, kind if kind in ('gzip', 'zstd') else 'none') -%}
        {%- set opening = where ~ ": the first line of the file " ~ file -%}
        {%- if header | trim == '' -%}
            {{ exceptions.raise_compiler_error(opening ~ " is blank. It must hold the column names.") }}
        {%- endif -%}
        {%- set quote = csv_dialect(mapping).quote -%}
        {%- if quote and header.count(quote) % 2 == 1 -%}
            {{ exceptions.raise_compiler_error(opening ~ " has a quote that is not closed: " ~ header[:200]) }}
        {%- endif -%}
        {%- set columns = csv_columns(header, mapping) -%}
        {%- set seen = [] -%}
        {%- for column in columns -%}
            {%- if column | lower in seen -%}
                {{ exceptions.raise_compiler_error(opening ~ " has the column '" ~ column ~ "' twice. Rename or remove one.") }}
            {%- endif -%}
            {%- do seen.append(column | lower) -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
