{#- Rejects a raw file that is missing, empty, unreadable for the user, damaged, or neither Parquet nor text. Also rejects CSV
    files that cannot be read completely: their text (check_csv_text), their header (check_csv_header) and their lines
    (check_csv_lines). -#}
{% macro check_raw_file(where, table, mapping) %}
    {%- set pattern = raw_file_pattern(mapping) -%}
    {%- set names = {
        'zip': 'an Excel workbook or another zip archive', 'workbook': 'an Excel workbook', 'sqlite': 'an SQLite database',
        'arrow': 'an Arrow file', 'orc': 'an ORC file', 'avro': 'an Avro file', 'archive': 'a bzip2, xz, 7z or RAR archive',
        'document': 'a PDF document', 'markup': 'an HTML or XML file', 'json': 'a JSON file',
    } -%}
    {%- set kinds = file_kinds(mapping) -%}
    {%- if not kinds -%}
        {{ exceptions.raise_compiler_error(where ~ ": no file matches " ~ pattern[1:-1]
            ~ ". Correct `file`, or set the folder that "
            ~ "replaces <raw_path> (" ~ ("" if is_installed() else "make build RAW=<folder>, or ") ~ "the var raw_path).") }}
    {%- endif -%}
    {%- for file, kind in kinds.items() if kind == 'forbidden' -%}
        {{ exceptions.raise_compiler_error(where ~ ": the user who runs the build has no permission to read the file " ~ file
            ~ ". Grant that user read permission.") }}
    {%- endfor -%}
    {%- for file in empty_files(mapping) -%}
        {{ exceptions.raise_compiler_error(where ~ ": the file " ~ file ~ " is empty (0 bytes). Deliver it again.") }}
    {%- endfor -%}
    {%- for file, kind in kinds.items() -%}
        {%- if kind in names -%}
            {{ exceptions.raise_compiler_error(where ~ ": the file " ~ file ~ " is " ~ names[kind]
                ~ ", by its first bytes. Save it as CSV or Parquet, and map the new file.") }}
        {%- elif (kind == 'parquet') != is_parquet(mapping) -%}
            {{ exceptions.raise_compiler_error(where ~ ": some files that match " ~ pattern[1:-1]
                ~ " are Parquet and others are not, such "
                ~ "as " ~ kinds.keys() | first ~ " and " ~ file ~ ", by their first bytes. Map files of one kind.") }}
        {%- endif -%}
    {%- endfor -%}
    {%- set problem = query_error('select * from ' ~ read_parquet_files(mapping)) if is_parquet(mapping) else '' -%}
    {%- if problem -%}
        {{ exceptions.raise_compiler_error(where ~ ": a file that matches " ~ pattern[1:-1] ~ " is damaged or truncated: "
            ~ problem | replace('\n', ' ') ~ ". Deliver it again.") }}
    {%- endif -%}
    {%- if not is_parquet(mapping) -%}
        {#- Spark stops at the first broken line while it stages the table. -#}
        {%- if adapter.type() == 'duckdb' -%}{%- do check_csv_text(where, mapping) -%}{%- endif -%}
        {%- do check_csv_header(where, mapping) -%}
        {#- This check reads the whole file again, so it runs only if the run stages the table. -#}
        {%- if adapter.type() == 'duckdb' and package_node('stg_' ~ table).unique_id in selected_resources -%}
            {%- do check_csv_lines(where, mapping) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
