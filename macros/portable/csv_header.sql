{#- The first line of a CSV file as text; empty if the line is blank. The line is read as one column, with a delimiter that no
    header contains, so that nothing is sniffed. Errors are ignored, because DuckDB reads further lines along with the first. -#}
{% macro csv_header(file, mapping, compression='none') %}{{ return(adapter.dispatch('csv_header')(file, mapping, compression)) }}{% endmacro %}

{% macro duckdb__csv_header(file, mapping, compression) %}
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

{#- Spark lists the first line of a file of another machine only through a view; a local file is read directly. -#}
{% macro spark__csv_header(file, mapping, compression) %}
    {%- set encoding = csv_dialect(mapping).encoding -%}
    {%- set header = adapter.first_line_of_file(file, encoding, compression) -%}
    {%- if header is not none -%}{{ return(header) }}{%- endif -%}
    {%- set options = {'path': file, 'header': 'false', 'sep': '\x1F', 'quote': '', 'encoding': encoding | replace('latin-1', 'ISO-8859-1')} -%}
    {%- set rows = run_query('select line from ' ~ temporary_view('csv', options, ['line string']) ~ ' limit 1').rows -%}
    {{ return((rows[0][0] or '') if rows else '') }}
{% endmacro %}
