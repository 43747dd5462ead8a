{#- At the end of a run: the statements that note in node_outcomes what ended well, for publish_release. A run of a part leaves nothing
    there: it changed tables under those that were built from them. -#}
{% macro note_outcomes(results) %}
    {%- if not execute or builds_nothing() -%}{{ return('') }}{%- endif -%}
    {%- set relation = outcomes_table() -%}
    {%- if relation is none -%}{{ return('') }}{%- endif -%}
    {%- if not is_whole_build() -%}{{ return('delete from ' ~ relation) }}{%- endif -%}
    {%- set good = results | selectattr('status', 'in', ['success', 'pass', 'warn']) | list -%}
    {%- set settings = sql_text(outcome_settings()) -%}
    delete from {{ relation }}
    where node in ('run under way'{% for result in results %}, {{ sql_text(result.node.unique_id) }}{% endfor %});
    {%- if good %}
    insert into {{ relation }} (node, text_checksum, settings_fingerprint, status)
    values
    {%- for result in good %}
        {%- set node = graph.nodes.get(result.node.unique_id) %}
        (
            {{ sql_text(result.node.unique_id) }}, {{ sql_text(node.checksum.checksum if node else '') }}, {{ settings }},
            {{ sql_text(result.status | string) }}
        ){{ ',' if not loop.last }}
    {%- endfor %}
    {%- endif %}
{% endmacro %}
