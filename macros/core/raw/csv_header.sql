{#- The first line of a CSV file as text; empty if the line is blank. The line is read as one column, with a delimiter that no
    header contains, so that nothing is sniffed. Errors are ignored, because DuckDB reads further lines along with the first. -#}
{% macro csv_header(file, mapping, compression='none') %}
    {%- set dialect = csv_dialect(mapping) -%}
    {%- set first_line -%}
        select line
        from read_csv(
            {{ sql_text(file) }}, header = false, auto_detect = false, columns = {'line': 'VARCHAR'},
            delim = {{ sql_text('\x1F') }},
            quote = '', escape = '', strict_mode = false, ignore_errors = true, max_line_size = {{ dialect.longest_line }},
            encoding = {{ sql_text(dialect.encoding) }}, compression = '{{ compression }}'
        )
        limit 1
    {%- endset -%}
    {%- set rows = run_query(first_line).rows -%}
    {{ return((rows[0][0] or '') if rows else '') }}
{% endmacro %}
