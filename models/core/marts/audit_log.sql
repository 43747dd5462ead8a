-- Grain: entry. Who built what, when and with which parameters; which requests to be forgotten that honoured; who read how
-- many rows of the restricted schema by a command of this project. The model only makes the table; note_audit and
-- reidentify add to it, nothing takes away, and not even --full-refresh empties it. Each entry's digest covers the one
-- before, so that a change shows (assert_audit_log_is_unbroken). Of people it holds none, also not by pseudonym. With a
-- clock in it, it lies in a schema of its own, apart from what must be the same to the byte.
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
