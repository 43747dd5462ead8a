-- Grain: mapped raw table with rows: age of its newest row relative to `as_of`. Without the var, as_of is the time of the newest
-- order line or event, so a table that stopped arriving is compared with the other tables, and no clock is read. Rows after as_of
-- are clock errors and do not make a table fresh.
with newest_rows as (
    {%- for table, contract in raw_contract().items() %}
    {%- set column = contract['time'] %}
    select
        '{{ table }}' as raw_table,
        max(as_of.as_of) as as_of,
        max(case when records.{{ column }} <= as_of.as_of then records.{{ column }} end) as newest_at
    from {{ ref('stg_' ~ table) }} as records
    cross join {{ ref('as_of') }} as as_of
    having count(*) > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

delays as (
    select
        newest_rows.raw_table,
        newest_rows.newest_at,
        newest_rows.as_of,
        ({{ epoch_seconds('newest_rows.as_of') }} - {{ epoch_seconds('newest_rows.newest_at') }}) / 86400.0 as delay_days,
        limits.longest_delay_days
    from newest_rows
    left join {{ ref('freshness_limits') }} as limits on newest_rows.raw_table = limits.raw_table
)

select
    raw_table,
    newest_at,
    as_of,
    delay_days,
    longest_delay_days,
    case
        when newest_at is null then 'unknown'
        when longest_delay_days is null then 'unlimited'
        when delay_days > longest_delay_days then 'stale'
        else 'fresh'
    end as status
from delays
