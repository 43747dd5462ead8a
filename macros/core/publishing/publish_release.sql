{#- At the end of a run: publishes the marts where every model, seed, snapshot, data test and unit test of the project ended well, in this
    run or in the ones it retries; else says why not. What decides and what copies is warehouse_operations.publishing; this gathers the facts. -#}
{% macro publish_release(results) %}
    {%- if not execute or builds_nothing() -%}{{ return('') }}{%- endif -%}
    {%- set outcomes = [] -%}
    {%- set proven = {} -%}
    {%- for result in results -%}
        {%- do outcomes.append({
            'unique_id': result.node.unique_id, 'status': result.status | string, 'message': result.message or '',
        }) -%}
    {%- endfor -%}
    {%- set relation = outcomes_table() -%}
    {%- if relation is not none and is_whole_build() -%}
        {%- set noted = 'select node, text_checksum from ' ~ relation ~ ' where settings_fingerprint = ' ~ sql_text(outcome_settings()) -%}
        {%- for row in run_query(noted).rows -%}{%- do proven.update({row[0]: row[1]}) -%}{%- endfor -%}
    {%- endif -%}
    {%- set said = [] -%}
    {%- set gates = [] -%}
    {%- for result in results if result.node.name == 'assert_gates_hold' and result.status not in ['pass', 'warn', 'skipped'] -%}
        {%- set judged = graph.nodes['model.' ~ project_name ~ '.gate_results'].relation_name -%}
        {%- for row in run_query("select message from " ~ judged ~ " where status = 'fail' order by message").rows -%}
            {%- do gates.append(row[0]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do adapter.store_relation('publishing', none, [], '', 'duckdb', {
        'said': said,
        'gates': gates,
        'command': invocation_args_dict.which,
        'left_out_by': partial_options(),
        'results': outcomes,
        'proven': proven,
        'nodes': graph.nodes,
        'manifest': (invocation_args_dict.get('target_path') or 'target') ~ '/manifest.json',
        'invocation_id': invocation_id,
        'dataset': var('dataset'),
        'releases_kept': var('releases_kept'),
        'wait_seconds': var('publishing_wait_seconds'),
    }) -%}
    {%- for line in said -%}{%- do log(line, info=true) -%}{%- endfor -%}
{% endmacro %}
