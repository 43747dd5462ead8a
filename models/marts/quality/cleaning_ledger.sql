-- Grain: raw table × fate × reason. Every raw row of every mapped table is counted once: kept, or rejected for the first
-- reason that applied. The counts of a table add up to its raw rows (assert_cleaning_ledger_conserves_rows). Read by
-- auditors and the dashboard.
with fates as (
    {%- for table, model in fate_models().items() %}
    select '{{ table }}' as raw_table, rejection_reason
    from {{ model }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    raw_table,
    case when rejection_reason is null then 'kept' else 'rejected' end as fate,
    coalesce(rejection_reason, 'none') as reason,
    count(*) as row_count
from fates
group by raw_table, rejection_reason
