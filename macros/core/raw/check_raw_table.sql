{#- Rejects the mapping of one table: unknown settings or columns, missing required columns, invalid expressions, or a raw table
    without rows. `where` is the prefix of each message: the mapping file and the table. -#}
{% macro check_raw_table(where, table, mapping) %}
    {%- set contract = raw_contract()[table] -%}
    {%- set keys = ['file', 'relation', 'source', 'ref', 'encoding', 'delimiter', 'quote', 'escape', 'line_breaks', 'where',
                    'group_by', 'identity', 'id_case', 'time_format', 'number_format', 'columns'] -%}
    {%- set encodings = ['utf-8', 'utf-16', 'latin-1'] -%}
    {%- for key in mapping if key not in keys -%}
        {{ exceptions.raise_compiler_error(where ~ ": unknown setting '" ~ key ~ "'. Accepted: " ~ keys | join(', ') ~ ".") }}
    {%- endfor -%}
    {%- if [mapping.file, mapping.relation, mapping.source, mapping.ref] | select | list | length != 1 -%}
        {{ exceptions.raise_compiler_error(where ~ ": set exactly one of file, relation, source or ref.") }}
    {%- endif -%}
    {%- do check_formats(where, table, mapping) -%}
    {%- if mapping.encoding and mapping.encoding not in encodings -%}
        {{ exceptions.raise_compiler_error(where ~ ": unknown encoding '" ~ mapping.encoding ~ "'. Accepted: "
            ~ encodings | join(', ')
            ~ ".") }}
    {%- endif -%}
    {%- set others = var('raw').values() | select | map(attribute='id_case', default=none)
        | reject('equalto', mapping.id_case or none) | list -%}
    {%- if mapping.id_case and (mapping.id_case not in ('upper', 'lower') or others) -%}
        {{ exceptions.raise_compiler_error(where ~ ": id_case is '" ~ mapping.id_case
            ~ "'. Accepted: upper or lower, and the same for each table, because tables are joined on their ids.") }}
    {%- endif -%}
    {%- set place = (mapping.relation or '').lower().split('.') -%}
    {%- set written = graph.nodes.values() | selectattr('resource_type', 'in', ['model', 'seed'])
        | map(attribute='schema') | unique | list -%}
    {%- if place | length > 1 and place[-2] in written and (place | length == 2 or place[-3] == target.database | lower) -%}
        {{ exceptions.raise_compiler_error(where ~ ": relation " ~ mapping.relation
            ~ " is in a schema that this project writes. Raw tables are "
            ~ "read before anything is built. Map a table written by another system, or a model by `ref: <model>`.") }}
    {%- endif -%}
    {%- for column in mapping.columns or {} if column not in contract['columns'] -%}
        {{ exceptions.raise_compiler_error(where ~ " maps an unknown column '" ~ column ~ "'. Columns of " ~ table ~ ": "
            ~ contract['columns'] | join(', ') ~ ".") }}
    {%- endfor -%}
    {%- if '<raw_path>' in (mapping.file or '') and not raw_path() -%}
        {{ exceptions.raise_compiler_error(where ~ ": the file is " ~ mapping.file
            ~ ", but the folder <raw_path> is not set. Set it with "
            ~ ("" if is_installed() else "make build DATASET=" ~ var('dataset') ~ " RAW=<folder>, or ") ~ "the var raw_path.") }}
    {%- endif -%}
    {#- This run may build the model later. The staging models that read it check it then. -#}
    {%- if mapping.ref and model.resource_type == 'operation' -%}{{ return('') }}{%- endif -%}
    {%- if mapping.file -%}
        {%- do check_raw_file(where, table, mapping) -%}
    {%- endif -%}
    {%- set origin = raw_file_pattern(mapping)[1:-1] if mapping.file else mapping.relation or mapping.source or mapping.ref -%}
    {%- set found = relation_columns(raw_relation(table)) -%}
    {%- set expressions = raw_columns(table) -%}
    {%- set delimiters = [('\t', '\\t'), (';', ';'), ('|', '|')] | selectattr(0, 'in', found[0]) | map(attribute=1) | list -%}
    {%- for column in contract['required'] if column not in expressions -%}
        {{ exceptions.raise_compiler_error(where ~ ": the required column '" ~ column ~ "' is neither mapped nor found in "
            ~ origin
            ~ ". Add it under columns:. The raw table has: " ~ found | join(', ') ~ "."
            ~ (" If these are several columns, state the "
            ~ "delimiter: `delimiter: '" ~ (delimiters + [';']) | first ~ "'` beside `file`."
            if found | length == 1 and mapping.file else "")) }}
    {%- endfor -%}
    {%- set unread = found | reject('in', contract['columns']) | list -%}
    {%- set absent = contract['columns'] | reject('in', found) | list -%}
    {%- if unread and absent and not mapping.columns -%}
        {%- do exceptions.warn(where ~ ": " ~ origin ~ " has unused columns (" ~ unread | join(', ') ~ ") and lacks "
            ~ absent | join(', ') ~ ". If an unused column contains one of these under another name, map it under columns:.") -%}
    {%- endif -%}
    {%- for column, expression in expressions.items() -%}
        {%- if expression is none -%}
            {{ exceptions.raise_compiler_error(where ~ ", column '" ~ column ~ "' is empty. Set a column or an expression, or "
                ~ "remove the entry.") }}
        {%- endif -%}
        {%- set is_plain_name = modules.re.fullmatch('[A-Za-z_][A-Za-z0-9_]*', expression | string) -%}
        {%- if is_plain_name and expression | lower not in found | map('lower') -%}
            {{ exceptions.raise_compiler_error(where ~ ", column '" ~ column ~ "' reads '" ~ expression ~ "', which " ~ origin
                ~ " does not have. It has: " ~ found | join(', ') ~ ".") }}
        {%- endif -%}
    {%- endfor -%}
    {%- for column in identity_of(mapping) if query_error('select ' ~ raw_expression(column, found) ~ ' from '
        ~ raw_relation(table)) -%}
        {{ exceptions.raise_compiler_error(where ~ ": identity names '" ~ column ~ "', which " ~ origin
            ~ " does not have. It has: "
            ~ found | join(', ') ~ ".") }}
    {%- endfor -%}
    {%- if mapping.identity and mapping.group_by -%}
        {{ exceptions.raise_compiler_error(where ~ ": identity and group_by exclude each other, because a group is not a raw "
            ~ "row.") }}
    {%- endif -%}
    {%- do check_expressions(where, table, mapping, origin) -%}
    {%- if run_query('select 1 from ' ~ raw_relation(table) ~ ' limit 1').rows | length == 0 -%}
        {{ exceptions.raise_compiler_error(where ~ " is empty: " ~ origin ~ " has no rows. Deliver data, or leave the "
            ~ "table out of the mapping.") }}
    {%- endif -%}
{% endmacro %}
