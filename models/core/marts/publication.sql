-- Grain: one row. Which release these tables are. The name follows from as_of and from what went in (raw rows, scope, vars,
-- seeds, text, versions), not from a clock, so that the same run has the same name anywhere. A refresh also depends on what an
-- earlier run learned, so the release of that run is part of its fingerprint. published_at is filled in when the release is
-- written.
with inputs as (
    select md5({{ string_list("section || ' ' || name || ' ' || value") }}) as fingerprint
    from {{ ref('run_manifest') }}
),

{%- if run_scope() == 'refresh' %}

learned as (
    select learned_release
    from {{ this }}
),
{%- else %}

learned as (select cast(null as string) as learned_release),
{%- endif %}

named as (
    select
        moments.as_of,
        case
            when learned.learned_release is null then inputs.fingerprint
            else md5(inputs.fingerprint || learned.learned_release)
        end as fingerprint,
        learned.learned_release
    from {{ ref('as_of') }} as moments
    cross join inputs
    cross join learned
),

versions as (
    select
        max(case when name = 'dbt' then value end) as dbt_version,
        max(case when name = 'engine' then value end) as engine_version,
        max(case when name = '{{ project_name }}' then value end) as project_version
    from {{ ref('run_manifest') }}
    where section = 'version'
),

releases as (
    select
        *,
        cast(cast(as_of as date) as string) || '-' || substring(fingerprint, 1, 12) as release
    from named
)

select
    releases.release,
    '{{ var("dataset") }}' as dataset,
    '{{ run_scope() }}' as scope,
    releases.as_of,
    releases.fingerprint,
    coalesce(releases.learned_release, releases.release) as learned_release,
    versions.dbt_version,
    versions.engine_version,
    versions.project_version,
    cast(null as timestamp) as published_at
from releases
cross join versions
