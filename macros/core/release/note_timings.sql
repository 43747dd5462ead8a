{#- At the end of a run: the statement that adds the time of each of its nodes to node_timings, where that was ever built. -#}
{% macro note_timings(results) %}
    {%- if not execute or not results -%}{{ return('') }}{%- endif -%}
    {%- set node = graph.nodes['model.' ~ project_name ~ '.node_timings'] -%}
    {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
    {%- if relation is none -%}{{ return('') }}{%- endif -%}
    insert into {{ relation }} (run_id, command, started_at, node, resource_type, status, seconds)
    values
    {%- for result in results %}
        (
            {{ sql_text(invocation_id) }}, {{ sql_text(invocation_args_dict.which) }},
            timestamp '{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}', {{ sql_text(result.node.unique_id) }},
            {{ sql_text(result.node.resource_type | string) }}, {{ sql_text(result.status | string) }}, {{ result.execution_time }}
        ){{ ',' if not loop.last }}
    {%- endfor %}
{% endmacro %}
