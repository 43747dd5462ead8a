{#- Runs at the end of a dbt retry: fails the retry if it does not complete the build that it retries, because files or vars
    changed in between. make publish reads the same from its rows in node_runs. -#}
{% macro refuse_incomplete() %}
    {%- if not runs_package() or builds_nothing() or selected_resources -%}{{ return('') }}{%- endif -%}
    {%- set own = sql_text(invocation_id) -%}
    {%- set found -%}
        select
            count(distinct settings),
            coalesce({{ string_list("distinct case when status = 'edited' then split_part(node, '.', 3) end") }}, '')
        from {{ node_runs() }}
        where build_id in (select build_id from {{ node_runs() }} where run_id = {{ own }} and build_id <> {{ own }})
    {%- endset -%}
    {%- set settings, edited = run_query(found).rows[0] -%}
    {%- if settings > 1 or edited -%}
        {{ exceptions.raise_compiler_error('This retry does not complete the build: ' ~ ('edited since: ' ~ edited if edited
            else 'vars, macros, numerics or versions have changed since') ~ '. Run make build.') }}
    {%- endif -%}
{% endmacro %}
