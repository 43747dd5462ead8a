{#- Runs before a build: records each selected node as `started`. A run can be published once every recorded node has succeeded.
    If a run is killed, its rows stay `started`. -#}
{% macro record_start() %}
    {%- if not runs_package() or builds_nothing() -%}{{ return('') }}{%- endif -%}
    create schema if not exists {{ node_runs().without_identifier() }};
    create table if not exists {{ node_runs() }} (
        run_id string, build_id string, command string, scope string, settings string, started_at timestamp, as_of timestamp,
        node string, checksum string, status string, finished_at timestamp, seconds double
    ){{ ' using parquet' if adapter.type() == 'spark' }};
    {%- set rows = [] -%}
    {%- for name in package_nodes() | map(attribute='unique_id') | sort if name in selected_resources -%}
        {%- do rows.append({'node': name, 'status': 'started'}) -%}
    {%- endfor -%}
    {%- if rows %}{{ insert_node_runs(rows, invocation_id, run_scope() if runs_all_tests() else 'part') }}{%- endif %}
{% endmacro %}
