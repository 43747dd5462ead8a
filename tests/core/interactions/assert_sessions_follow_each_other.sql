-- Catches sessions numbered out of time order, or with gaps in the numbering.
with ordered as (
    select
        customer_index,
        session_number,
        min(occurred_at) as started_at,
        lag(min(occurred_at)) over (partition by customer_index order by session_number asc nulls last) as previous_started_at,
        lag(session_number, 1) over (partition by customer_index order by session_number asc nulls last) as previous_number
    from {{ ref('interactions') }}
    group by customer_index, session_number
)

select
    customer_index,
    session_number
from ordered
where session_number <> coalesce(previous_number, 0) + 1 or started_at < previous_started_at
