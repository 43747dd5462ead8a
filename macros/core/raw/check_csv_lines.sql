{#- Reads CSV files once in strict mode and stops at the first broken line: too few or too many values, an unclosed quote, or a
    line over the maximum length. Two stray quotes can also close each other and swallow all lines between them without an error.
    Therefore a line break within a value is rejected too, unless the mapping sets `line_breaks: true`. -#}
{% macro check_csv_lines(where, mapping) %}
    {%- set reasons = {
        'UNQUOTED VALUE': 'a quote is not closed, or text follows a closing quote',
        'MISSING COLUMNS': 'fewer values than the header has columns',
        'TOO MANY COLUMNS': 'more values than the header has columns',
        'INVALID ENCODING': 'text in another encoding; state it, for example `encoding: latin-1` beside `file`',
        'LINE SIZE OVER MAXIMUM': 'the line is longer than ' ~ csv_dialect(mapping).longest_line ~ ' bytes',
    } -%}
    {%- for reading in csv_readings(mapping) -%}
        {%- set values_with_breaks -%}
            select
                {%- for column in reading.columns %}
                {%- set name = quoted_name(column) %}
                left(min({{ name }}) filter (where contains({{ name }}, chr(10)) or contains({{ name }}, chr(13))), 80)
                {{- ',' if not loop.last }}
                {%- endfor %}
            from {{ read_csv_strictly(reading, mapping, keeps_rejects=true) }}
        {%- endset -%}
        {%- set broken_values = run_query(values_with_breaks).rows[0] -%}
        {%- set broken_lines -%}
            select scans.file_path, errors.line, errors.column_name, cast(errors.error_type as string), errors.error_message
            from reject_errors as errors
            inner join reject_scans as scans on errors.scan_id = scans.scan_id and errors.file_id = scans.file_id
            order by scans.file_path, errors.line, errors.column_name nulls last
            limit 1
        {%- endset -%}
        {%- set rejects = run_query(broken_lines).rows -%}
        {%- do run_query("drop table reject_errors") -%}
        {%- do run_query("drop table reject_scans") -%}
        {%- for file, line, column, kind, message in rejects -%}
            {{ exceptions.raise_compiler_error(where ~ ": the file " ~ file ~ ", line " ~ line
                ~ (", column '" ~ column ~ "'" if column else "")
                ~ ": " ~ reasons.get(kind, message) ~ ". Correct the line or deliver the file again. If all lines of the file "
                ~ "have this form, set delimiter, quote or escape beside `file`.") }}
        {%- endfor -%}
        {%- for value in broken_values if value is not none and not mapping.line_breaks -%}
            {{ exceptions.raise_compiler_error(where ~ ": a value of column '"
                ~ reading.columns[broken_values.values().index(value)]
                ~ "' holds a line break, in " ~ reading.files | join(', ') ~ ", and begins: " ~ value
                ~ ". If a quote is not closed, "
                ~ "correct it. If the line break is intended, set `line_breaks: true` beside `file`.") }}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
