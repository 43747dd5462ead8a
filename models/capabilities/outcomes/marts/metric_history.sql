-- Grain: release × metric × k × slice × slice value: metrics of the lists across releases. kind states where a metric comes from:
-- offline (accuracy of the assembled lists at the newest test cutoff, served mode), online (outcomes of shown lists) or expected
-- (list_value). Each full build adds its own release, and replaces the online metrics of earlier releases that still have
-- impressions; other rows remain. Values of releases are comparable only if the settings of evaluation are equal; run_manifest
-- has them. --full-refresh starts over.
{{ config(
    materialized='incremental', incremental_strategy='delete+insert',
    unique_key=['release', 'metric', 'k', 'slice', 'slice_value'], on_schema_change='fail'
) }}
with newest as (
    select max_by(cutoff_id, cutoff_at) as cutoff_id
    from {{ ref('cutoffs') }}
    where purpose = 'test'
),

releases as (
    select
        release,
        max(as_of) as as_of
    from (
        select
            release,
            as_of
        from {{ ref('publication') }}
        union all
        select
            release,
            as_of
        from {{ ref('list_history') }}
    ) as named
    group by release
),

metrics as (
    select
        this_release.release,
        performance.metric,
        performance.k,
        performance.slice,
        performance.slice_value,
        'offline' as kind,
        performance.value,
        performance.ci_low,
        performance.ci_high,
        performance.customer_count
    from {{ ref('model_performance') }} as performance
    inner join newest on performance.cutoff_id = newest.cutoff_id
    cross join {{ ref('publication') }} as this_release
    where
        performance.source = 'assembled'
        and performance.mode = '{{ served_mode() }}'
        and performance.slice in ('all', 'with_history')
    union all
    select
        release,
        metric,
        0 as k,
        dimension as slice,
        dimension_value as slice_value,
        'online' as kind,
        value,
        ci_low,
        ci_high,
        customer_count
    from {{ ref('outcomes') }}
    where dimension in ('all', 'tier')
    union all
    select
        release,
        'revenue_per_list' as metric,
        0 as k,
        case when tier = 'all' then 'all' else 'tier' end as slice,
        tier as slice_value,
        'expected' as kind,
        revenue_per_list as value,
        ci_low,
        ci_high,
        list_count as customer_count
    from {{ ref('list_value') }}
)

select
    metrics.release,
    metrics.metric,
    metrics.k,
    metrics.slice,
    metrics.slice_value,
    metrics.kind,
    releases.as_of,
    metrics.value,
    metrics.ci_low,
    metrics.ci_high,
    metrics.customer_count
from metrics
left join releases on metrics.release = releases.release
where metrics.value is not null
