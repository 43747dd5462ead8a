{#- Runs before a build: rejects a refresh unless the last run of scope lists or all succeeded and its models tagged `learned`
    are current. They are outdated if a later run rebuilt one of them, or if their SQL or Python, that of a parent, a macro,
    numerics, a version or a var changed. Learned models read all customers, so inputs that only decide which customers
    list_customers chooses, such as rules, may change. -#}
{% macro check_refresh() %}
    {%- if not execute or run_scope() != 'refresh' -%}{{ return('') }}{%- endif -%}
    {%- set built = last_build(['all', 'lists']) -%}
    {%- set problem = none -%}
    {%- if built.build_id is none -%}
        {%- set problem = 'no run has learned them yet' -%}
    {%- elif built.nodes.values() | map(attribute='status') | reject('in', ['success', 'pass', 'warn']) | list -%}
        {%- set problem = 'the last run of scope ' ~ built.scope ~ ' failed' -%}
    {%- elif built.settings != [run_settings()] -%}
        {%- set problem = 'vars, macros, numerics or versions have changed since they were learned' -%}
    {%- else -%}
        {%- set learned = [] -%}
        {%- for node in package_nodes() if 'learned' in node.get('tags', []) and node.resource_type == 'model' -%}
            {%- do learned.append(node.unique_id) -%}
        {%- endfor -%}
        {%- set own = package_nodes() | map(attribute='unique_id') | list -%}
        {%- set read = learned | list -%}
        {%- for name in read -%}{#- the loop appends to the list it iterates over -#}
            {%- for parent in graph.nodes[name].depends_on.get('nodes', [])
                if parent in own and parent not in read and graph.nodes[parent].name != 'list_customers' -%}
                {%- do read.append(parent) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set newest = run_query('select node, max_by(build_id, started_at) from ' ~ node_runs() ~ ' group by node').rows -%}
        {%- set changed = [] -%}
        {%- for row in newest if row[0] in learned and row[1] != built.build_id -%}{%- do changed.append(row[0]) -%}{%- endfor -%}
        {%- for name in read if name not in built.nodes or built.nodes[name].checksum != node_checksum(graph.nodes[name]) -%}
            {%- do changed.append(name) -%}
        {%- endfor -%}
        {%- if changed -%}{%- set problem = changed | unique | sort | join(', ') ~ ' changed since they were learned' -%}{%- endif -%}
    {%- endif -%}
    {%- if problem -%}
        {{ exceptions.raise_compiler_error('A refresh needs models that an earlier run learned, but ' ~ problem
            ~ '. Run ' ~ build_command('lists') ~ ' (or ' ~ build_command() ~ ') first.') }}
    {%- endif -%}
{% endmacro %}
