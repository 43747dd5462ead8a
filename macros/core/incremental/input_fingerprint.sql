{#- Fingerprint of the inputs of an incremental model other than raw rows: its file, the files of its ancestors (seeds included),
    the files of this package's macros that these files call, the values of the vars that they name, and the pseudonym key.
    Another key gives other customer ids. `node` is the model's node in the graph. The loops below append to the lists that they
    iterate over. -#}
{% macro input_fingerprint(node) %}
    {%- set nodes = [node] -%}
    {%- set macro_ids = [] -%}
    {%- set checksums = [] -%}
    {%- set paths = [] -%}
    {%- set texts = [] -%}
    {%- for found in nodes -%}
        {%- if found.package_name == 'warehouse_recommender' -%}
            {%- do paths.append(found.original_file_path) -%}
        {%- else -%}
            {%- do checksums.append(found.checksum.checksum) -%}
        {%- endif -%}
        {%- do texts.append(found.raw_code) -%}
        {%- do macro_ids.extend(found.depends_on.macros | reject('in', macro_ids)) -%}
        {%- for parent in found.depends_on.nodes or [] if parent in graph.nodes and graph.nodes[parent] not in nodes -%}
            {%- do nodes.append(graph.nodes[parent]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for macro_id in macro_ids if macro_id.split('.')[1] == 'warehouse_recommender' -%}
        {%- set found = context[macro_id.split('.')[2]].macro -%}
        {%- do paths.append(found.original_file_path) -%}
        {%- do texts.append(found.macro_sql) -%}
        {%- do macro_ids.extend(found.depends_on.macros | reject('in', macro_ids)) -%}
    {%- endfor -%}
    {%- set settings = {} -%}
    {%- for name in modules.re.findall("\\bvar\\(\\s*['\"](\\w+)['\"]", texts | join('\n')) -%}
        {%- do settings.update({name: var(name)}) -%}
    {%- endfor -%}
    {%- set key = run_query('select ' ~ pseudonym("'which key'")).rows[0][0] -%}
    {{ return(local_md5(checksums | sort | join ~ files_md5(paths | unique | sort) ~ key ~ tojson(settings, sort_keys=true))) }}
{% endmacro %}
