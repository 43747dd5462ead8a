-- Grain: one row. Which release these tables are: from what, with what, and which gates it passed. The name follows from what
-- went in (raw rows, vars, seeds, text, versions) and as_of, not from a clock, so that the same build has the same name
-- anywhere. published_at is the one thing a build can't know; it is filled in where tables are copied to readers.
with inputs as (
    select md5({{ string_list("section || ' ' || name || ' ' || value") }}) as fingerprint
    from {{ ref('run_manifest') }}
    where section in ('input', 'var', 'seed', 'text', 'version')
),

versions as (
    select
        max(case when name = 'dbt' then value end) as dbt_version,
        max(case when name = 'engine' then value end) as engine_version,
        max(case when name = '{{ project_name }}' then value end) as project_version
    from {{ ref('run_manifest') }}
    where section = 'version'
),

gates as (
    select
        count(case when status = 'pass' then 1 end) as gates_passed_count,
        count(case when status = 'warn' then 1 end) as gates_warned_count,
        count(case when status = 'fail' then 1 end) as gates_failed_count,
        count(case when status = 'not_enough_data' then 1 end) as gates_without_data_count
    from {{ ref('gate_results') if capability_is_on('evaluation') else '(select null as status where 1 = 0) as no_gates' }}
)

select
    cast(cast(moments.as_of as date) as string) || '-' || substring(inputs.fingerprint, 1, 12) as release,
    '{{ var("dataset") }}' as dataset,
    moments.as_of,
    inputs.fingerprint,
    versions.dbt_version,
    versions.engine_version,
    versions.project_version,
    gates.gates_passed_count,
    gates.gates_warned_count,
    gates.gates_failed_count,
    gates.gates_without_data_count,
    cast(null as timestamp) as published_at
from {{ ref('as_of') }} as moments
cross join inputs
cross join versions
cross join gates
