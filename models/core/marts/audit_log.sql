-- Grain: entry. The log records each build with operator, time and parameters, each erasure request that a build fulfilled, and
-- each read of the restricted schema by a command of this project, with its row count.
-- The model only creates the table. note_audit and reidentify append entries; nothing deletes them, not even --full-refresh. Each
-- digest includes the previous one, so that a later change is detected (assert_audit_log_is_unbroken). The log contains no
-- customers, not even as pseudonyms. It has clock times, so it is in a schema of its own, apart from the tables that must be
-- byte-identical between builds.
{{ config(
    access='protected', materialized='incremental', incremental_strategy='append', full_refresh=false, on_schema_change='fail'
) }}
select
    cast(null as bigint) as entry_number,
    cast(null as timestamp) as noted_at,
    cast(null as string) as run_id,
    cast(null as string) as operator,
    cast(null as string) as action,
    cast(null as string) as object,
    cast(null as bigint) as row_count,
    cast(null as string) as outcome,
    cast(null as string) as details,
    cast(null as string) as digest
where 1 = 0
