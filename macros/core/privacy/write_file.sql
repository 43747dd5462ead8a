{#- Writes columns of a query, in the order `ordered_by`, to a file that only its owner can read (the plugin sets the umask). The
    file extension selects CSV or Parquet. The audit log gets `entry` before the file exists. In CSV, an apostrophe is put in
    front of texts that a spreadsheet would evaluate as a formula. A file or link of the same name is replaced. -#}
{% macro write_file(query, columns, ordered_by, file, entry) %}
    {%- set ending = file.split('.') | last | lower -%}
    {%- if adapter.type() != 'duckdb' or ending not in ['csv', 'parquet'] -%}
        {{ exceptions.raise_compiler_error("The file is '" ~ file ~ "'. Accepted: a name that ends in .csv or .parquet, "
            ~ "on DuckDB only.") }}
    {%- endif -%}
    {%- set types = {} -%}
    {%- for row in run_query('describe ' ~ query).rows -%}{%- do types.update({row[0]: row[1]}) -%}{%- endfor -%}
    {%- set written = [] -%}
    {%- for column in columns -%}
        {%- set safe = 'case when ' ~ is_formula(column) ~ ' then chr(39) || ' ~ column ~ ' else ' ~ column ~ ' end as ' ~ column -%}
        {%- do written.append(safe if ending == 'csv' and types[column] == 'VARCHAR' else column) -%}
    {%- endfor -%}
    {%- set unfinished = sql_text(file ~ '.' ~ invocation_id) -%}
    {%- do run_query('copy (select ' ~ written | join(', ') ~ ' from (' ~ query ~ ') as found order by ' ~ ordered_by ~ ') to ' ~ unfinished
        ~ ' (format ' ~ ending ~ (', header' if ending == 'csv' else '') ~ ')') -%}
    {%- do run_query(entry) -%}
    {%- do run_query('commit') -%}
    {%- do run_query('select replace_file(' ~ unfinished ~ ', ' ~ sql_text(file) ~ ')') -%}
{% endmacro %}
