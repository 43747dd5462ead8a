-- Catches a rejected row whose values do not match: each must be a staged row with the same JSON text. Values of personal columns
-- are withheld on both sides.
with staged as (
    {%- for table in raw_contract() %}
    select
        '{{ table }}' as raw_table,
        record_id,
        {{ record_as_json(
            raw_contract()[table]['columns'] + ['unreadable_values', 'implausible_values'], shown_values(table)
        ) }} as record_values
    from {{ ref('stg_' ~ table) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    rejected.raw_table,
    rejected.record_id,
    rejected.record_values,
    staged.record_values as staged_values
from {{ ref('rejected_records') }} as rejected
left join staged
    on
        rejected.raw_table = staged.raw_table
        and rejected.record_id = staged.record_id
where staged.record_values is distinct from rejected.record_values
