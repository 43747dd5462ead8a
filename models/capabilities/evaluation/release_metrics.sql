-- Grain: release × source × mode × slice × metric × k: metrics of the published lists at the newest test cutoff, in this build
-- (release `this`) and as the previous build stored them here (`last`). `last` is empty in the first build and after
-- --full-refresh. The metrics of a build that failed the gate `holds_last_release` do not become `last`; otherwise a repeated
-- failed build would pass. Values of different protocols are not comparable.
-- depends_on: {{ ref('gates') }} (read on the second build only)
{{ config(materialized='incremental', incremental_strategy='replace', on_schema_change='fail') }}
with newest as (
    select max_by(cutoff_id, cutoff_at) as cutoff_id
    from {{ ref('cutoffs') }}
    where purpose = 'test'
)

select
    'this' as release,
    performance.source,
    performance.mode,
    performance.slice,
    performance.metric,
    performance.k,
    performance.value,
    performance.ci_low,
    performance.ci_high,
    performance.customer_count,
    '{{ var("evaluation_protocol") }}, {{ var("horizon_days") }} days' as protocol
from {{ ref('model_performance') }} as performance
inner join newest on performance.cutoff_id = newest.cutoff_id
where
    performance.source in ('hybrid', 'assembled')
    and performance.slice in ('all', 'with_history')
{%- if remembers_previous_build() %}
union all
select
    'last' as release,
    remembered.source,
    remembered.mode,
    remembered.slice,
    remembered.metric,
    remembered.k,
    remembered.value,
    remembered.ci_low,
    remembered.ci_high,
    remembered.customer_count,
    remembered.protocol
from {{ this }} as remembered
cross join (
    select count(*) as failure_count
    from ({{ changes_of(this) }}) as changes
    inner join {{ ref('gates') }} as gates
        on
            changes.source = gates.source
            and case when gates.mode = 'served' then '{{ served_mode() }}' else gates.mode end = changes.mode
            and changes.slice = gates.slice
            and changes.metric = gates.metric
            and changes.k = gates.k
    where
        gates.gate = 'holds_last_release'
        and gates.severity = 'fail'
        and changes.ci_high < gates.bound
        and changes.customer_count >= {{ var('evaluation_fewest_customers') }}
) as failures
where remembered.release = case when failures.failure_count > 0 then 'last' else 'this' end
{%- endif %}
