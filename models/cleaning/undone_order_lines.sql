-- Grain: rejected raw row of order_lines that stood for a time, until a later line undid it: a cancellation of its own, or a
-- newer content of the same line, whichever came first. A cutoff in between must not know that, so the line comes back with the
-- moment it was undone. Left out: what another rule rejects too, and what was undone in its own second. Read by
-- clean_order_lines.
{%- set key = var('order_line_key') %}
with candidates as (
    select *
    from {{ ref('order_line_fates') }}
    where rejection_reason in ('netted_by_cancellation', 'conflicting_duplicate')
),

otherwise_rejected as (
    select distinct candidates.record_id
    from candidates
    inner join {{ ref('cleaning_rules') }} as rules
        on
            rules.raw_table = 'order_lines'
            and rules.action = 'reject'
            and rules.rule not in ('netted_by_cancellation', 'conflicting_duplicate')
            and concat(';', candidates.found_rules) like concat('%;', rules.rule, ';%')
),

undoings as (
    select
        record_id,
        cancelled_at as undone_at
    from {{ ref('netted_purchases') }}
    {%- if key %}
    union all
    select
        older.record_id,
        newer.ordered_at as undone_at
    from candidates as older
    inner join {{ ref('order_line_fates') }} as newer
        on
            {{ equal_columns('older', 'newer', key) }}
            and older.content_number = newer.content_number + 1
    {%- endif %}
)

select
    candidates.record_id,
    min(undoings.undone_at) as undone_at
from candidates
inner join undoings on candidates.record_id = undoings.record_id
left join otherwise_rejected on candidates.record_id = otherwise_rejected.record_id
where otherwise_rejected.record_id is null
group by candidates.record_id, candidates.ordered_at
having min(undoings.undone_at) > candidates.ordered_at
