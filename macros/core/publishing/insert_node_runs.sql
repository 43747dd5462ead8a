{#- The statement that adds rows of this run to node_runs. A row is a dict with node, status, finished_at and seconds, the last two perhaps
    missing. -#}
{% macro insert_node_runs(rows, build_id, scope, as_of=none) %}
    {%- set settings = run_settings() -%}
    insert into {{ node_runs() }} (
        run_id, build_id, command, scope, settings, started_at, as_of, node, checksum, status, finished_at, seconds
    )
    values
    {%- for row in rows %}
        (
            {{ sql_text(invocation_id) }}, {{ sql_text(build_id) }}, {{ sql_text(invocation_args_dict.which) }}, {{ sql_text(scope) }},
            {{ sql_text(settings) }}, timestamp '{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}',
            {{ "timestamp '" ~ as_of ~ "'" if as_of else 'null' }}, {{ sql_text(row.node) }},
            {{ sql_text(node_checksum(graph.nodes[row.node])) }}, {{ sql_text(row.status) }},
            {{ "timestamp '" ~ row.finished_at ~ "'" if row.finished_at else 'null' }}, {{ row.seconds if 'seconds' in row else 'null' }}
        ){{ ',' if not loop.last }}
    {%- endfor %}
{% endmacro %}
