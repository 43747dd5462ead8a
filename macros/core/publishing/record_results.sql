{#- Runs at the end of a run: records the result of each node, and prints whether this run can be published. A dbt retry completes
    the last build if it ran only nodes that had failed or been skipped in it; a node whose file changed in between is then
    recorded as `edited`. -#}
{% macro record_results(results) %}
    {%- if not runs_package() or builds_nothing() -%}{{ return('') }}{%- endif -%}
    {%- set good = ['success', 'pass', 'warn'] -%}
    {%- set rows = [] -%}
    {%- set failed = [] -%}
    {%- set changed = [] -%}{#- between the run and its retry; refuse_incomplete reports it -#}
    {%- for result in results if result.node.package_name == 'warehouse_recommender'
        and result.node.resource_type in ['model', 'seed', 'snapshot', 'test', 'unit_test'] -%}
        {%- if result.status not in good -%}{%- do failed.append(result.node.name) -%}{%- endif -%}
        {%- if result.node.resource_type != 'unit_test' -%}
            {%- set ended = result.timing | map(attribute='completed_at') | select | list -%}
            {%- do rows.append({
                'node': result.node.unique_id, 'status': result.status | string, 'seconds': result.execution_time,
                'finished_at': ended[-1].strftime('%Y-%m-%d %H:%M:%S.%f') if ended else none,
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set build = {'build_id': invocation_id, 'scope': run_scope() if runs_all_tests() else 'part'} -%}
    {%- if not selected_resources -%}
        {%- set completed = last_build() -%}
        {%- set others = [] -%}
        {%- for row in rows if completed.nodes.get(row.node, {'status': 'pass'}).status in good -%}{%- do others.append(row.node) -%}{%- endfor -%}
        {%- set build = completed if not others and build.scope != 'part' else {'build_id': invocation_id, 'scope': 'part'} -%}
        {%- if build.scope != 'part' -%}
            {%- set retried = rows | map(attribute='node') | list -%}
            {%- for name, node in completed.nodes.items() if name not in retried -%}
                {%- if name in graph.nodes and node.checksum != node_checksum(graph.nodes[name]) -%}
                    {%- do rows.append({'node': name, 'status': 'edited'}) -%}
                    {%- do changed.append(name) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- if build.settings != [run_settings()] -%}{%- do changed.append('settings') -%}{%- endif -%}
        {%- endif -%}
    {%- endif -%}
    {%- if build.scope == 'part' -%}
        {%- set as_of = none -%}
        {%- if results | map(attribute='node.resource_type') | select('in', ['model', 'seed', 'snapshot']) | list -%}
            {%- do log('This run built only a part of the project and cannot be published. '
                ~ build_command() ~ ', ' ~ build_command('lists') ~ ' or ' ~ build_command('refresh') ~ ' builds a release.', info=true) -%}
        {%- endif -%}
    {%- else -%}
        {%- set moments = package_node('as_of').relation_name -%}
        {%- set as_of = run_query('select as_of from ' ~ moments).rows[0][0] if not failed and not changed else none -%}
        {%- if failed or not changed -%}
            {%- do log('This build cannot be published: ' ~ failed | length ~ ' nodes failed or were skipped.' if failed
                else 'The build of scope ' ~ build.scope ~ ' is complete. '
                    ~ ('python -m warehouse_operations.publishing publish' if is_installed()
                    else ('DBT_TARGET=spark ' if adapter.type() == 'spark') ~ 'make publish') ~ ' makes it a release.', info=true) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if rows -%}
        {{ delete_rows(node_runs(), 'run_id = ' ~ sql_text(invocation_id) ~ " and node in ('" ~ rows | map(attribute='node') | join("', '") ~ "')") }};
        {{ insert_node_runs(rows, build.build_id, build.scope, as_of) }}
    {%- endif -%}
{% endmacro %}
