-- Grain: interaction × chain of steps it belongs to. Steps of a chain follow each other. In chain 0 a step is a visit with
-- purchases, in chain n it is a moment of the n-th visit, so that order follows order whatever was looked at between, and click
-- follows click.
{{ config(materialized='view') }}
select
    customer_index,
    0 as chain_number,
    cast(session_number as integer) as step,
    product_index,
    occurred_at,
    undone_at,
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
    undone_at,
    weight
from {{ ref('interactions') }}
