{#- Runs at the end of a run: appends to the audit log the command, user and outcome of the run, and the read of the restricted
    schema by staging. If a publishable build fulfilled erasure requests that no earlier build had, it also appends the number of
    raw rows erased, and rewrites the database without the remains of earlier runs. It is therefore the last hook of a run. -#}
{% macro note_audit(results) %}
    {%- if not runs_package() or not results -%}{{ return('') }}{%- endif -%}
    {%- set audit_log = package_node('audit_log') -%}
    {%- set log_relation = adapter.get_relation(audit_log.database, audit_log.schema, audit_log.alias) -%}
    {%- if log_relation is none -%}{{ return('') }}{%- endif -%}
    {%- set built = {} -%}
    {%- set failed = [] -%}
    {%- for result in results -%}
        {%- if result.status | string in ['error', 'fail', 'skipped', 'runtime error'] -%}{%- do failed.append(result) -%}{%- endif -%}
        {%- if result.node.resource_type == 'model' and result.status == 'success' -%}
            {%- do built.update({result.node.unique_id: result.node.relation_name}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set read = package_node('customer_identities') -%}
    {%- set erasures = none -%}
    {%- if run_scope() != 'part' and not failed | selectattr('node.resource_type', 'equalto', 'model') | list -%}
        {%- set requests = package_node('stg_erasure_requests').relation_name -%}
        {%- set erasures = run_query("select md5(replace(coalesce(" ~ string_list('record_id') ~ ", ''), ', ', ' ')), count(*) > 0 from "
            ~ requests).rows[0] -%}
        {%- set earlier = run_query("select count(*), count(*) filter (where details like '%" ~ erasures[0] ~ "%') from " ~ log_relation
            ~ " where action = 'run'").rows[0] -%}
    {%- endif -%}
    {%- set details = {
        'select': invocation_args_dict.get('select') | string, 'exclude': invocation_args_dict.get('exclude') | string,
        'vars': invocation_args_dict.get('vars', {}), 'full_refresh': flags.FULL_REFRESH,
        'text': files_md5(['models/**/*.sql', 'python_models/**/*.py', 'macros/**/*.sql']),
        'erasures': erasures[0] if erasures else none,
    } -%}
    {%- do run_query(audit_entry(log_relation, 'run', invocation_args_dict.which ~ ' on ' ~ target.name, results | length,
                                 'error' if failed else 'success', details)) -%}
    {%- if read.unique_id in built -%}
        {%- set identities = read.relation_name -%}
        {%- set row_count = run_query('select count(*) from ' ~ identities).rows[0][0] -%}
        {%- do run_query(audit_entry(log_relation, 'read', read.schema ~ '.' ~ read.alias, row_count, 'success')) -%}
    {%- endif -%}
    {%- if erasures and erasures[1] and not earlier[1] -%}
        {%- for row in run_query('select raw_table, row_count from ' ~ package_node('erased_rows').relation_name
            ~ ' where row_count > 0 order by raw_table').rows -%}
            {%- do run_query(audit_entry(log_relation, 'erase', row[0], row[1], 'success')) -%}
        {%- endfor -%}
        {%- if earlier[0] -%}{%- do rewrite_database() -%}{%- endif -%}
    {%- endif -%}
{% endmacro %}
