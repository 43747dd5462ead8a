-- Grain: rejected raw row of order_lines that stood for a time, until a later line undid it: a cancellation of its own, or a
-- newer content of the same line. A cutoff in between must not know that, so the line comes back with the moment it was
-- undone. Left out: what another rule rejects too, and what was undone in its own second. Read by clean_order_lines.
{%- set key = var('order_line_key') %}
with undone as (
    select
        fates.record_id,
        fates.ordered_at,
        fates.found_rules,
        netted_purchases.cancelled_at as undone_at
    from {{ ref('order_line_fates') }} as fates
    inner join {{ ref('netted_purchases') }} as netted_purchases on fates.record_id = netted_purchases.record_id
    where fates.rejection_reason = 'netted_by_cancellation'
    {%- if key %}
    union all
    select
        older.record_id,
        older.ordered_at,
        older.found_rules,
        newer.ordered_at as undone_at
    from {{ ref('order_line_fates') }} as older
    inner join {{ ref('order_line_fates') }} as newer
        on
            {{ equal_columns('older', 'newer', key) }}
            and older.content_number = newer.content_number + 1
    where older.rejection_reason = 'conflicting_duplicate'
    {%- endif %}
),

otherwise_rejected as (
    select distinct undone.record_id
    from undone
    inner join {{ ref('cleaning_rules') }} as rules
        on
            rules.raw_table = 'order_lines'
            and rules.action = 'reject'
            and rules.rule not in ('netted_by_cancellation', 'conflicting_duplicate')
            and concat(';', undone.found_rules) like concat('%;', rules.rule, ';%')
)

select
    undone.record_id,
    undone.undone_at
from undone
left join otherwise_rejected on undone.record_id = otherwise_rejected.record_id
where undone.undone_at > undone.ordered_at and otherwise_rejected.record_id is null
