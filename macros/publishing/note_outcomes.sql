{#- At the end of a whole build, or of a retry of one: the statements that note in node_outcomes what ended well, for publish_release. -#}
{% macro note_outcomes(results) %}
    {%- if not execute or not is_whole_build() -%}{{ return('') }}{%- endif -%}
    {%- set relation = outcomes_table() -%}
    {%- set good = results | selectattr('status', 'in', ['success', 'pass', 'warn']) | list -%}
    {%- if relation is none or not good -%}{{ return('') }}{%- endif -%}
    {%- set settings = sql_text(outcome_settings()) -%}
    delete from {{ relation }}
    where node in ({% for result in good %}{{ sql_text(result.node.unique_id) }}{{ ', ' if not loop.last }}{% endfor %});
    insert into {{ relation }} (node, text_checksum, settings_fingerprint, status)
    values
    {%- for result in good %}
        {%- set node = graph.nodes.get(result.node.unique_id) %}
        (
            {{ sql_text(result.node.unique_id) }}, {{ sql_text(node.checksum.checksum if node else '') }}, {{ settings }},
            {{ sql_text(result.status | string) }}
        ){{ ',' if not loop.last }}
    {%- endfor %}
{% endmacro %}
