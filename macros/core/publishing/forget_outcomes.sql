{#- Before anything runs: the statements that forget all outcomes, unless this is a `dbt retry` of a whole build that came to its end, and
    note that a run is under way. Who is killed leaves that note, and the next run forgets what it finds beside it. dbt tells a run what
    was selected, and tells a retry nothing: that is how they are told apart. -#}
{% macro forget_outcomes() %}
    {%- if not execute or builds_nothing() -%}{{ return('') }}{%- endif -%}
    {%- set relation = outcomes_table() -%}
    {%- if relation is none -%}{{ return('') }}{%- endif -%}
    delete from {{ relation }}
    {%- if is_whole_build() and not selected_resources %}
    where exists (select 1 from {{ relation }} where node = 'run under way')
    {%- endif %};
    insert into {{ relation }} (node, text_checksum, settings_fingerprint, status)
    values ('run under way', '', '', {{ sql_text(invocation_id) }})
{% endmacro %}
