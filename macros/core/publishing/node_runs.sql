{#- The table node_runs in the schema of audit_log, operations. record_start creates and fills it, and record_results completes
    it. It is not a model, because a run writes to it before its first model. Columns: run_id (dbt's id of the run), build_id
    (run_id, or that of the run that a dbt retry completes), command, scope (run_scope; `part` if data tests or rows were
    omitted), settings (run_settings), started_at (start of the run), as_of (newest time of the data; NULL for a part), node
    (dbt's unique id), checksum (node_checksum), status (dbt's; `started` until the run ends, `edited` if the node's file changed
    before a retry), finished_at, seconds. Nodes of a project that installs this one are not recorded. -#}
{% macro node_runs() %}
    {%- set audit_log = package_node('audit_log') -%}
    {{ return(api.Relation.create(audit_log.database, audit_log.schema, 'node_runs')) }}
{% endmacro %}
