{#- Statement that inserts rows of this run into node_runs. A row is a dict with node, status, finished_at and seconds; the last
    two are optional. -#}
{% macro insert_node_runs(rows, build_id, scope, as_of=none) %}
    insert into {{ node_runs() }} (
        run_id, build_id, command, scope, settings, started_at, as_of, node, checksum, status, finished_at, seconds
    )
    select
        {{ sql_text(invocation_id) }}, {{ sql_text(build_id) }}, {{ sql_text(invocation_args_dict.which) }}, {{ sql_text(scope) }},
        {{ sql_text(run_settings()) }}, timestamp '{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}',
        cast({{ sql_text(as_of | string) if as_of else 'null' }} as timestamp), node, checksum, status, cast(finished_at as timestamp), seconds
    from (
        values
        {%- for row in rows %}
        ('{{ row.node }}', '{{ node_checksum(graph.nodes[row.node]) }}', '{{ row.status }}',
            {{ "'" ~ row.finished_at ~ "'" if row.finished_at else 'null' }}, {{ row.seconds if 'seconds' in row else 'null' }})
        {{- ',' if not loop.last }}
        {%- endfor %}
    ) as ended (node, checksum, status, finished_at, seconds)
{% endmacro %}
