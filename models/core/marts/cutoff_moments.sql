-- Grain: cutoff that this run computed, or that tables of an earlier run refer to. A refresh computes `live` only and keeps the
-- others as the last run left them; only a run of everything forgets cutoffs that it does not compute. `live` is this run's: the
-- `live` of a table of an earlier run is that run's as_of, see publication_tables.
{{ config(materialized='incremental', incremental_strategy='replace', on_schema_change='fail') }}
select
    cutoff_id,
    purpose,
    cutoff_at,
    horizon_ends_at
from {{ ref('cutoffs') }}
{%- if remembers_previous_build() and run_scope() != 'all' %}
union all
select
    remembered.cutoff_id,
    remembered.purpose,
    remembered.cutoff_at,
    remembered.horizon_ends_at
from {{ this }} as remembered
left join {{ ref('cutoffs') }} as cutoffs on remembered.cutoff_id = cutoffs.cutoff_id
where cutoffs.cutoff_id is null
{%- endif %}
