{#- Before anything runs: forgets the outcomes of what is about to run, so that whoever is killed leaves nothing that looks proven. A run
    of a part forgets all of them: it changes tables under those that are built from them. -#}
{% macro forget_outcomes() %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set relation = outcomes_table() -%}
    {%- if relation is none -%}{{ return('') }}{%- endif -%}
    delete from {{ relation }}
    {%- if is_whole_build() and selected_resources %}
    where node in ({% for node in selected_resources %}{{ sql_text(node) }}{{ ', ' if not loop.last }}{% endfor %})
    {%- endif %}
{% endmacro %}
