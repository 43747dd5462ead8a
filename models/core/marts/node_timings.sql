-- Grain: run × node. How long each node of each run of dbt took. The only table with a clock in it, so it lies in a schema of its
-- own, apart from what must be the same to the byte. The model only makes the table; note_timings fills it when a run ends.
-- --full-refresh empties it.
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail') }}
select
    cast(null as string) as run_id,
    cast(null as string) as command,
    cast(null as timestamp) as started_at,
    cast(null as string) as node,
    cast(null as string) as resource_type,
    cast(null as string) as status,
    cast(null as double) as seconds
where 1 = 0
