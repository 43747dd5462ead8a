-- Grain: raw row of order_lines that a later line reverses: by a cancellation of its own (cancelled_at) or as a newer content of
-- the same line (superseded_at). Whether a line is reversed, and when, follows from the lines up to that moment, so that an
-- earlier cutoff does not know of it.
--
-- A cancellation has the customer, product, price and, negative, the quantity of its purchase. Per such group, purchases (+1) and
-- cancellations (-1) are summed up in time; a cancellation that brings the sum to a new low below zero has no purchase before it
-- and reverses nothing. Of the others, the k-th reverses the k-th purchase. Lossy: partial cancellations reverse nothing.
--
-- Only lines that could stand are compared as contents of one line (order_line_key), so that a rejected one does not replace a
-- good one. Lines cancelled later could: an older content must not come back when the newer one is cancelled.
{%- set group = ['customer_id', 'product_id', 'unit_price', 'pieces'] %}
{%- set key = var('order_line_key') if execute else [] %}
with policies as (
    {{ policies_by_column('order_lines') }}
),

lines as (
    select
        order_lines.*,
        abs(order_lines.quantity) as pieces,
        coalesce(order_lines.status, '') in ('cancelled', 'canceled') as is_cancelled
    from {{ ref('stg_order_lines') }} as order_lines
    cross join {{ ref('as_of') }} as as_of
    where order_lines.copy_number = 1 and order_lines.ordered_at <= as_of.as_of
),

movements as (
    select
        record_id,
        {{ group | join(', ') }},
        ordered_at,
        case when quantity > 0 then 1 else -1 end as direction
    from lines
    where
        customer_id is not null
        and product_id is not null
        and ((quantity > 0 and not is_cancelled) or (quantity < 0 and is_cancelled))
),

cancelled_groups as (
    select distinct {{ group | join(', ') }}
    from movements
    where direction = -1
),

sums as (
    select
        movements.*,
        sum(movements.direction) over (
            partition by movements.{{ group | join(', movements.') }}
            order by movements.ordered_at asc nulls last, movements.direction desc nulls last, movements.record_id asc nulls last
            rows between unbounded preceding and current row
        ) as running_sum
    from movements
    inner join cancelled_groups on {{ equal_columns('movements', 'cancelled_groups', group) }}
),

lows as (
    select
        *,
        min(running_sum) over (
            partition by {{ group | join(', ') }}
            order by ordered_at asc nulls last, direction desc nulls last, record_id asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as lowest_sum_before
    from sums
),

numbered as (
    select
        *,
        row_number() over (
            partition by {{ group | join(', ') }}, direction
            order by ordered_at asc nulls last, record_id asc nulls last
        ) as place
    from lows
    where direction = 1 or running_sum >= least(coalesce(lowest_sum_before, 0), 0)
),

{% if key -%}
contents as (
    select lines.*
    from lines
    cross join policies
    where
        lines.quantity > 0
        and not lines.is_cancelled
        and coalesce(lines.unit_price, 1) > 0
        and coalesce(lines.unreadable_values, '') not like '%unit_price=%'
        and not (
            lines.customer_id is null
            and policies.customer_id_policy = 'reject'
            and {{ is_mapped('order_lines', 'customer_id') }}
        )
),

repeated_keys as (
    select {{ key | join(', ') }}
    from contents
    group by {{ key | join(', ') }}
    having count(*) > 1
),

{% endif -%}
reversals as (
    select
        purchases.record_id,
        cancellations.ordered_at as cancelled_at,
        cast(null as timestamp) as superseded_at
    from numbered as purchases
    inner join numbered as cancellations
        on {{ equal_columns('purchases', 'cancellations', group + ['place']) }}
    where purchases.direction = 1 and cancellations.direction = -1
    {%- if key %}
    union all
    select
        contents.record_id,
        cast(null as timestamp) as cancelled_at,
        lag(contents.ordered_at) over (
            partition by contents.{{ key | join(', contents.') }}
            order by contents.ordered_at desc nulls last, contents.record_id asc nulls last
        ) as superseded_at
    from contents
    inner join repeated_keys on {{ equal_columns('contents', 'repeated_keys', key) }}
    {%- endif %}
)

select
    record_id,
    min(cancelled_at) as cancelled_at,
    min(superseded_at) as superseded_at
from reversals
where cancelled_at is not null or superseded_at is not null
group by record_id
