-- Grain: rejected raw row of order_lines that stood for a time, until a later line undid it: a cancellation of its own, or a
-- newer content of the same line, whichever came first. A cutoff in between must not know that, so the line comes back with the
-- moment it was undone. Left out: what another rule rejects too, and what was undone in its own second.
with candidates as (
    select
        fates.record_id,
        fates.ordered_at,
        fates.found_rules,
        least(fates.superseded_at, netted_purchases.cancelled_at) as undone_at
    from {{ ref('order_line_fates') }} as fates
    left join {{ ref('netted_purchases') }} as netted_purchases on fates.record_id = netted_purchases.record_id
    where fates.rejection_reason in ('netted_by_cancellation', 'conflicting_duplicate')
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
)

select
    candidates.record_id,
    candidates.undone_at
from candidates
left join otherwise_rejected on candidates.record_id = otherwise_rejected.record_id
where candidates.undone_at > candidates.ordered_at and otherwise_rejected.record_id is null
