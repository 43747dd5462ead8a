-- Grain: cutoff that this run computed, or that tables of an earlier run refer to. A refresh computes only `live` and keeps the
-- other rows. Only a run of scope all deletes cutoffs that it does not compute. `live` is that of this run. In a table of an
-- earlier run, `live` means the as_of of that run; see publication_tables.
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
