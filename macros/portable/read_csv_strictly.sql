{#- The table function that reads CSV files with the same header, an entry of csv_readings. All options are explicit. DuckDB's
    sniffer would accept a broken file by reading it as one column, treating quotes as text or taking a comment for the header.
    All columns are text; staging casts them. `keeps_rejects` records broken lines in reject_errors instead of stopping at the
    first, on DuckDB only. Spark reads files with options only through a view; the view is temporary. -#}
{% macro read_csv_strictly(reading, mapping, keeps_rejects=false) %}
    {{ return(adapter.dispatch('read_csv_strictly')(reading, mapping, keeps_rejects)) }}
{% endmacro %}

{% macro duckdb__read_csv_strictly(reading, mapping, keeps_rejects) %}
    {%- set types = [] -%}
    {%- for column in reading.columns -%}
        {%- do types.append(sql_text(column) ~ ": 'VARCHAR'") -%}
    {%- endfor -%}
    {%- set dialect = csv_dialect(mapping) -%}
    {%- set reader -%}
        read_csv(
            [{% for file in reading.files %}{{ sql_text(file) }}{{ ', ' if not loop.last }}{% endfor %}],
            header = true, auto_detect = false, columns = { {{ types | join(', ') }} },
            delim = {{ sql_text(dialect.delimiter) }}, quote = {{ sql_text(dialect.quote) }},
            escape = {{ sql_text(dialect.escape) }}, encoding = {{ sql_text(dialect.encoding) }},
            comment = '', skip = 0, strict_mode = true, null_padding = false, max_line_size = {{ dialect.longest_line }},
            compression = '{{ reading.compression }}'
            {{- ', ignore_errors = true, store_rejects = true' if keeps_rejects }}
        )
    {%- endset -%}
    {{ return(reader) }}
{% endmacro %}

{% macro spark__read_csv_strictly(reading, mapping, keeps_rejects) %}
    {%- set dialect = csv_dialect(mapping) -%}
    {%- set columns = [] -%}
    {%- for column in reading.columns -%}{%- do columns.append(quoted_name(column) ~ ' string') -%}{%- endfor -%}
    {%- set path = reading.files[0] if reading.files | length == 1 else '{' ~ reading.files | join(',') ~ '}' -%}
    {%- set options = {
        'path': path, 'header': 'true', 'enforceSchema': 'true', 'mode': 'FAILFAST', 'columnPruning': 'false', 'sep': dialect.delimiter,
        'quote': dialect.quote, 'escape': dialect.escape, 'encoding': dialect.encoding | replace('latin-1', 'ISO-8859-1'),
        'multiLine': 'true' if mapping.line_breaks else 'false', 'maxCharsPerColumn': dialect.longest_line,
    } -%}
    {{ return(temporary_view('csv', options, columns)) }}
{% endmacro %}
