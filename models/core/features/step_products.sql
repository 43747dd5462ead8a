-- Grain: cutoff × interaction before the cutoff × chain of steps it belongs to. Steps of a chain follow each other. In chain 0 a
-- step is a visit with purchases, in chain n it is a moment of the n-th visit, so that order follows order whatever was looked at
-- between, and click follows click. weight is NULL where the interaction was undone by then: its step counts all the same.
{{ config(materialized='view') }}
with placed as (
    select
        customer_index,
        0 as chain_number,
        session_number as step,
        product_index,
        occurred_at,
        undone_at,
        weight
    from {{ ref('interactions') }}
    where event_type = 'purchase'
    union all
    select
        customer_index,
        session_number as chain_number,
        session_position as step,
        product_index,
        occurred_at,
        undone_at,
        weight
    from {{ ref('interactions') }}
)

select
    cutoffs.cutoff_id,
    placed.customer_index,
    cast(placed.chain_number as integer) as chain_number,
    cast(placed.step as integer) as step,
    placed.product_index,
    case when {{ is_history('placed', 'cutoffs') }} then placed.weight end as weight,
    ({{ epoch_seconds('cutoffs.cutoff_at') }} - {{ epoch_seconds('placed.occurred_at') }}) / 86400.0 as days_ago
from placed
inner join {{ ref('cutoffs') }} as cutoffs on placed.occurred_at < cutoffs.cutoff_at
