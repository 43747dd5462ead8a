{#- The table node_runs in the schema of audit_log, operations, which record_start makes and fills, and record_results completes. It is
    no model, because a run writes to it before its first model. Columns: run_id (dbt's id of the run), build_id (run_id, or that of the
    run that a dbt retry completes), command, scope (run_scope; `part` where data tests or rows were left out), settings (run_settings),
    started_at (when the run began), as_of (newest moment that counts as happened; NULL for a part), node (dbt's unique id), checksum
    (node_checksum), status (dbt's; `started` until the run ends, `edited` where the node's file changed before a retry), finished_at,
    seconds. Nodes of a project that installs this one are not recorded. -#}
{% macro node_runs() %}
    {%- set audit_log = package_node('audit_log') -%}
    {{ return(api.Relation.create(audit_log.database, audit_log.schema, 'node_runs')) }}
{% endmacro %}
