{#- The last recorded run of one of `scopes`, with its retries: build_id, scope, settings (one per run), and for each node its
    last status and checksum. If none is recorded, the scope is `part` and there are no nodes. -#}
{% macro last_build(scopes=['all', 'lists', 'refresh']) %}
    {%- set found = {'build_id': none, 'scope': 'part', 'settings': [], 'nodes': {}} -%}
    {%- set recorded = node_runs() -%}
    {%- if adapter.get_relation(recorded.database, recorded.schema, recorded.identifier) is not none -%}
        {%- set newest = 'select max_by(build_id, started_at) from ' ~ recorded ~ " where scope in ('" ~ scopes | join("', '") ~ "')" -%}
        {%- set rows = run_query('select build_id, scope, settings, node, status, checksum from ' ~ recorded ~ ' where build_id = (' ~ newest
            ~ ') order by started_at').rows -%}
        {%- for row in rows -%}
            {%- do found.update({'build_id': row[0], 'scope': row[1]}) -%}
            {%- if row[2] not in found.settings -%}{%- do found.settings.append(row[2]) -%}{%- endif -%}
            {%- do found.nodes.update({row[3]: {'status': row[4], 'checksum': row[5]}}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}
