-- Grain: one row, the release of these tables. Its name is derived from as_of and from the inputs (raw rows, scope, vars, seeds,
-- text, versions) instead of a clock, so that the same run has the same name on any machine. A refresh also depends on what an
-- earlier run learned and on the lists it keeps, so its fingerprint includes the release of that run and the as_of of each list.
-- The command that writes the release fills in published_at and data_age_days.
-- depends_on: {{ ref('recommendations') }}
with inputs as (
    select md5({{ string_list("section || ' ' || name || ' ' || value") }}) as fingerprint
    from {{ ref('run_manifest') }}
),

{%- if run_scope() == 'refresh' %}

made as (
    select cast(sum({{ row_hash(['customer_id', 'as_of']) }}) as string) as moments
    from {{ ref('recommendations') }}
    where rank = 1
),

learned as (
    select
        published.learned_release,
        published.learned_release || coalesce(made.moments, '') as origin
    from {{ this }} as published
    cross join made
),
{%- else %}

learned as (
    select
        cast(null as string) as learned_release,
        '' as origin
),
{%- endif %}

named as (
    select
        moments.as_of,
        case
            when learned.learned_release is null then inputs.fingerprint
            else md5(inputs.fingerprint || learned.origin)
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
        max(case when name = 'warehouse_recommender' then value end) as project_version
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
    {{ var('publish_country') }} as publishes_country,
    releases.as_of,
    releases.fingerprint,
    coalesce(releases.learned_release, releases.release) as learned_release,
    versions.dbt_version,
    versions.engine_version,
    versions.project_version,
    cast(null as timestamp) as published_at,
    cast(null as double) as data_age_days
from releases
cross join versions
