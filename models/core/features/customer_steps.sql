-- Grain: customer × chain × step × product: what followed what. In the chain `orders` a step is a visit with purchases, in a
-- chain `visit <n>` it is a moment of the n-th visit, so that order follows order whatever was looked at between, and click
-- follows click. undone_at is when the last of the step's interactions with the product was undone, NULL where one of them
-- stands. Numbers hang on what came before alone, and so does the rest but for undone_at: cutoffs share this table.
with placed as (
    select
        customer_index,
        'orders' as chain_name,
        dense_rank() over (partition by customer_index order by session_number asc nulls last) as step,
        product_index,
        occurred_at,
        undone_at,
        weight
    from {{ ref('interactions') }}
    where event_type = 'purchase'
    union all
    select
        customer_index,
        'visit ' || cast(session_number as string) as chain_name,
        dense_rank() over (partition by customer_index, session_number order by session_position asc nulls last) as step,
        product_index,
        occurred_at,
        undone_at,
        weight
    from {{ ref('interactions') }}
)

select
    customer_index,
    chain_name,
    step,
    product_index,
    max(occurred_at) as occurred_at,
    case when count(undone_at) = count(*) then max(undone_at) end as undone_at,
    max(weight) as weight
from placed
group by customer_index, chain_name, step, product_index
