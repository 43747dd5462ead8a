-- Catches customers who are lost between two recorded times: every customer in a segment at a time stayed, moved or joined. Also
-- catches suppressed counts that follow from that sum: at least two counts must be missing, and not of few customers.
with arrived as (
    select
        as_of,
        sum(customer_count) as customer_count,
        count(*) as cell_count,
        count(*) - count(customer_count) as suppressed_count
    from {{ ref('segment_transitions') }}
    where move_type <> 'left'
    group by as_of
),

there as (
    select
        as_of,
        count(*) as customer_count
    from {{ ref('segment_history') }}
    where as_of > (select min(recorded.as_of) from {{ ref('segment_history') }} as recorded)
    group by as_of
)

select
    there.as_of,
    there.customer_count as there_count,
    arrived.customer_count as arrived_count
from there
full outer join arrived on there.as_of = arrived.as_of
where
    there.as_of is null
    or arrived.as_of is null
    or (arrived.suppressed_count = 0 and there.customer_count <> arrived.customer_count)
    or (
        arrived.suppressed_count = 1
        and arrived.cell_count > 1
        and there.customer_count - coalesce(arrived.customer_count, 0)
        < least({{ var('smallest_published_cell') }}, there.customer_count)
    )
