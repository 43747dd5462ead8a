{#- Runs before anything is built: drops the incremental tables of this run that were built from other SQL, macros, seeds or vars (see
    input_fingerprint), so that they are built anew. A changed rule must not stand beside rows judged by the old one. Histories (of
    segments) follow another strategy and stay. -#}
{% macro forget_outdated() %}
    {%- if not execute or builds_nothing() -%}{{ return('') }}{%- endif -%}
    {%- for node in graph.nodes.values()
        if node.config.incremental_strategy == 'reopen' and node.unique_id in selected_resources -%}
        {%- set relation = load_cached_relation(api.Relation.create(node.database, node.schema, node.alias)) -%}
        {%- if relation and table_comment(relation) != 'Built from inputs ' ~ input_fingerprint(node) -%}
            {%- do adapter.drop_relation(relation) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
