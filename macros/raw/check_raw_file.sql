{#- Refuses a raw file that is absent or has no bytes, or a CSV file that isn't in the encoding it is read with. Files above
    `encoding_check_megabytes` aren't read twice: for them DuckDB's own message names file and line. -#}
{% macro check_raw_file(where, mapping) %}
    {%- set pattern = mapping.file | replace('<raw_path>', var('raw_path')) -%}
    {%- set quoted = "'" ~ pattern | replace("'", "''") ~ "'" -%}
    {%- if run_query("select file from glob(" ~ quoted ~ ")").rows | length == 0 -%}
        {{ exceptions.raise_compiler_error(where ~ ": no file matches " ~ pattern ~ ". Correct `file`, or give the folder that "
            ~ "<raw_path> stands for (make build RAW=<folder>, or the var raw_path).") }}
    {%- endif -%}
    {%- for file in run_query("select filename from read_blob(" ~ quoted ~ ") where size = 0").rows -%}
        {{ exceptions.raise_compiler_error(where ~ ": the file " ~ file[0] ~ " is empty (0 bytes). Deliver it again.") }}
    {%- endfor -%}
    {%- if not pattern.endswith('.parquet') and not mapping.encoding -%}
        {%- set undecodable -%}
            select filename from read_blob({{ quoted }})
            where size < {{ var('encoding_check_megabytes') }} * 1000000 and try(decode(content)) is null
        {%- endset -%}
        {%- for file in run_query(undecodable).rows -%}
            {{ exceptions.raise_compiler_error(where ~ ": the file " ~ file[0] ~ " is not UTF-8 text. Convert it, or say how it is "
                ~ "encoded, for example `encoding: latin-1` beside `file`.") }}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
