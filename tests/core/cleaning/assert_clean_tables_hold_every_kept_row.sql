-- Catches a clean table that loses rows that cleaning kept (a join that drops, a filter that crept in).
{%- set kept_rows = {
    'customers': ('customer_fates', 'is_registered'),
    'order_lines': ('order_line_fates', 'undone_at is null'),
    'events': ('event_fates', 'true'),
    'feedback': ('feedback_fates', 'true'),
    'impressions': ('impression_fates', 'true'),
} %}
with counts as (
    {%- for table, (fates, condition) in kept_rows.items() %}
    select
        '{{ table }}' as raw_table,
        (select count(*) from {{ ref('clean_' ~ table) }} where {{ condition }}) as row_count,
        (select count(*) from {{ ref(fates) }} where rejection_reason is null) as kept_count
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    raw_table,
    row_count,
    kept_count
from counts
where row_count <> kept_count
