-- Catches customers who get lost between two moments: those in a segment then are the sum of those who came to it;
-- and suppressed counts that could be told by that sum: those that are missing must be two at least, and not few customers.
with arrived as (
    select
        as_of,
        segment,
        sum(customer_count) as customer_count,
        count(*) as cell_count,
        count(*) - count(customer_count) as suppressed_count
    from {{ ref('segment_transitions') }}
    where segment <> 'none'
    group by as_of, segment
),

there as (
    select
        as_of,
        segment,
        count(*) as customer_count
    from {{ ref('segment_history') }}
    where as_of > (select min(recorded.as_of) from {{ ref('segment_history') }} as recorded)
    group by as_of, segment
)

select
    there.as_of,
    there.segment,
    there.customer_count as there_count,
    arrived.customer_count as arrived_count
from there
full outer join arrived
    on
        there.as_of = arrived.as_of
        and there.segment = arrived.segment
where
    there.as_of is null
    or arrived.as_of is null
    or (arrived.suppressed_count = 0 and there.customer_count <> arrived.customer_count)
    or (
        arrived.suppressed_count > 0
        and arrived.cell_count > 1
        and (
            arrived.suppressed_count = 1
            or there.customer_count - coalesce(arrived.customer_count, 0)
            < least({{ var('smallest_published_cell') }}, there.customer_count)
        )
    )
