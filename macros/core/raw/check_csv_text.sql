{#- Rejects CSV files that are not text in the stated encoding, or that mix line endings. DuckDB would reject such files without a
    line number, or read more rows than they contain. The check reads files into memory, so compressed files and files above
    `largest_megabytes` only get DuckDB's own message. -#}
{% macro check_csv_text(where, mapping) %}
    {%- set encoding = csv_dialect(mapping).encoding -%}
    {%- set largest_megabytes = 256 -%}
    {%- set findings -%}
        with files as (
            select
                filename,
                {{ 'false' if encoding != 'utf-8' else 'try(decode(content)) is null' }} as is_undecodable,
                cast(content as string) as escaped_text
            from read_blob({{ raw_file_pattern(mapping) }})
            where size < {{ largest_megabytes }} * 1000000 and file_kind(filename) = 'text'
        ),

        texts as (
            select
                filename,
                is_undecodable,
                {{ 'false' if encoding == 'utf-16' else "contains(escaped_text, '\\x00')" }} as has_nul,
                replace(escaped_text, '\x00', '') as escaped_text
            from files
        ),

        line_ends as (
            select
                *,
                replace(escaped_text, '\x0D\x0A', '') as without_crlf
            from texts
        )

        select
            filename,
            is_undecodable,
            has_nul,
            cast(length(without_crlf) < length(escaped_text) as integer)
            + cast(contains(without_crlf, '\x0D') as integer)
            + cast(contains(without_crlf, '\x0A') as integer) > 1 as has_mixed_line_ends
        from line_ends
        order by filename
    {%- endset -%}
    {%- for file, is_undecodable, has_nul, has_mixed_line_ends in run_query(findings).rows -%}
        {%- if is_undecodable -%}
            {{ exceptions.raise_compiler_error(where ~ ": the file " ~ file ~ " is not UTF-8 text. Convert it, or state its "
                ~ "encoding, for example `encoding: latin-1` beside `file`.") }}
        {%- elif has_nul -%}
            {{ exceptions.raise_compiler_error(where ~ ": the file " ~ file ~ " holds NUL bytes. If it is damaged, deliver it "
                ~ "again. If it is UTF-16, set `encoding: utf-16` beside `file`.") }}
        {%- elif has_mixed_line_ends and not mapping.line_breaks -%}
            {{ exceptions.raise_compiler_error(where ~ ": the lines of the file " ~ file
                ~ " end in different ways (LF, CRLF, CR). "
                ~ "Use one line ending throughout. If the others are in quoted values, set `line_breaks: true` beside `file`.") }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
