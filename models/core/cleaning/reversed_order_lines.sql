-- Grain: raw row of order_lines that a later line reverses: by a cancellation or refund (cancelled_at), or as a newer version of
-- the same line (superseded_at). Whether and when a line is reversed depends only on lines up to that time, so an earlier cutoff
-- does not see the reversal.
--
-- A line with a negative quantity or price takes back pieces of an earlier purchase of the product in the same order. The
-- purchases of an order and product are reversed once no piece of them is left. If the negative line has another order_id, its
-- customer, product, price and number of pieces must match the purchase, and its status must not mean bought. Per such group,
-- purchases (+1) and reversals (-1) are summed in time order. A reversal that brings the sum to a new minimum below zero has no
-- purchase before it and reverses nothing. Of the other reversals, the k-th reverses the k-th purchase. Lossy: partial reversals
-- under another order_id reverse nothing.
--
-- Only valid lines are compared as versions of one line (order_line_key), so that a rejected line does not replace a valid one.
-- Lines cancelled later are compared too: an older version must not return when the newer one is cancelled.
{%- set group = ['customer_id', 'product_id', 'price', 'pieces'] %}
{%- set key = var('order_line_key') if execute else [] %}
with policies as (
    {{ policies_by_column('order_lines') }}
),

lines as (
    select
        order_lines.*,
        abs(order_lines.quantity) as pieces,
        abs(order_lines.unit_price) as price,
        case when order_lines.unit_price < 0 then -abs(order_lines.quantity) else order_lines.quantity end as moved_pieces,
        coalesce(order_lines.status_meaning, 'bought') in ('cancelled', 'refunded', 'pending') as is_not_bought
    from {{ ref('stg_order_lines') }} as order_lines
    cross join {{ ref('as_of') }} as as_of
    where order_lines.copy_number = 1 and order_lines.ordered_at <= as_of.as_of
),

{% if key -%}
contents as (
    select lines.*
    from lines
    cross join policies
    where
        lines.quantity > 0
        and not lines.is_not_bought
        and coalesce(lines.unit_price, 1) > 0
        and not {{ is_noted('lines.unreadable_values', 'unit_price') }}
        and not {{ is_noted('lines.implausible_values', 'unit_price') }}
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

superseded as (
    select
        contents.record_id,
        lag(contents.ordered_at) over (
            partition by contents.{{ key | join(', contents.') }}
            order by contents.ordered_at desc nulls last, contents.record_id asc nulls last
        ) as superseded_at
    from contents
    inner join repeated_keys on {{ equal_columns('contents', 'repeated_keys', key) }}
),

{% endif -%}
orders_with_reversals as (
    select distinct
        order_id,
        product_id
    from lines
    where moved_pieces < 0
),

-- Older versions of a line do not count as separate pieces.
order_balances as (
    select
        lines.record_id,
        lines.order_id,
        lines.product_id,
        lines.ordered_at,
        lines.moved_pieces,
        sum(lines.moved_pieces) over order_so_far as pieces_left,
        max(case when lines.moved_pieces > 0 then 1 else 0 end) over order_so_far as has_purchase
    from lines
    inner join orders_with_reversals on {{ equal_columns('lines', 'orders_with_reversals', ['order_id', 'product_id']) }}
    {%- if key %}
    left join superseded on lines.record_id = superseded.record_id and superseded.superseded_at is not null
    {%- endif %}
    where
        (lines.moved_pieces < 0 or (lines.moved_pieces > 0 and not lines.is_not_bought))
        {%- if key %}
        and superseded.record_id is null
        {%- endif %}
    window order_so_far as (
        partition by lines.order_id, lines.product_id
        order by lines.ordered_at asc nulls last, sign(lines.moved_pieces) desc nulls last, lines.record_id asc nulls last
        rows between unbounded preceding and current row
    )
),

order_reversals as (
    select
        record_id,
        moved_pieces,
        has_purchase,
        min(case when moved_pieces < 0 and has_purchase = 1 and pieces_left <= 0 then ordered_at end) over (
            partition by order_id, product_id
            order by ordered_at asc nulls last, sign(moved_pieces) desc nulls last, record_id asc nulls last
            rows between current row and unbounded following
        ) as cancelled_at
    from order_balances
),

movements as (
    select
        lines.record_id,
        lines.{{ group | join(', lines.') }},
        lines.ordered_at,
        case when lines.moved_pieces > 0 then 1 else -1 end as direction
    from lines
    left join order_reversals
        on lines.record_id = order_reversals.record_id and order_reversals.moved_pieces < 0 and order_reversals.has_purchase = 1
    where
        lines.customer_id is not null
        and lines.product_id is not null
        and (
            (lines.moved_pieces > 0 and not lines.is_not_bought)
            or (
                lines.moved_pieces < 0
                and coalesce(lines.status_meaning, 'unknown') <> 'bought'
                and order_reversals.record_id is null
            )
        )
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
        ) as pair_number
    from lows
    where direction = 1 or running_sum >= least(coalesce(lowest_sum_before, 0), 0)
),

reversals as (
    select
        purchases.record_id,
        cancellations.ordered_at as cancelled_at,
        cast(null as timestamp) as superseded_at
    from numbered as purchases
    inner join numbered as cancellations
        on {{ equal_columns('purchases', 'cancellations', group + ['pair_number']) }}
    where purchases.direction = 1 and cancellations.direction = -1
    union all
    select
        record_id,
        cancelled_at,
        cast(null as timestamp) as superseded_at
    from order_reversals
    where moved_pieces > 0
    {%- if key %}
    union all
    select
        record_id,
        cast(null as timestamp) as cancelled_at,
        superseded_at
    from superseded
    {%- endif %}
)

select
    record_id,
    min(cancelled_at) as cancelled_at,
    min(superseded_at) as superseded_at
from reversals
where cancelled_at is not null or superseded_at is not null
group by record_id
