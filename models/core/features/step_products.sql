-- Grain: interaction × chain of steps that contains it. The steps of a chain are consecutive. In chain 0 a step is a session with
-- purchases; in chain n it is a moment of the n-th session. Therefore an order is followed by the next order, whatever was viewed
-- in between, and a click by the next click.
{{ config(materialized='view') }}
select
    customer_index,
    0 as chain_number,
    cast(session_number as integer) as step,
    product_index,
    occurred_at,
    reversed_at,
    weight
from {{ ref('interactions') }}
where event_type = 'purchase'
union all
select
    customer_index,
    cast(session_number as integer) as chain_number,
    cast(session_position as integer) as step,
    product_index,
    occurred_at,
    reversed_at,
    weight
from {{ ref('interactions') }}
