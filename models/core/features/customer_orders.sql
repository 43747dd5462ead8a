-- Grain: cutoff × customer with an order before the cutoff. Contains recency, frequency and monetary value of kept purchases with
-- their scores, the size of orders with a kept purchase, and the shares of all purchases that were discounted, returned or
-- repeated. Scores are ntiles over the customers of the cutoff with a kept purchase. Customers with equal values get the lowest
-- of their tiles, so that no score depends on an id. A customer who returned everything has frequency and monetary value 0, and
-- neither recency nor scores.
{%- set score_count = 5 %}   {#- scores run from 1 to this number; the cells of the seed rfm_cells cover them #}
with summed as (
    select
        cutoffs.cutoff_id,
        cutoffs.cutoff_at,
        baskets.customer_index,
        count(*) filter (where baskets.is_counted and {{ is_kept('baskets', 'cutoffs') }}) as order_count,
        min(baskets.ordered_at) as first_ordered_at,
        max(baskets.ordered_at) filter (where {{ is_kept('baskets', 'cutoffs') }}) as last_ordered_at,
        cast(sum(baskets.purchase_count) as double) as purchase_count,
        coalesce(cast(sum(baskets.purchase_count) filter (where {{ is_kept('baskets', 'cutoffs') }}) as double), 0)
            as kept_count,
        cast(sum(baskets.piece_count) filter (where {{ is_kept('baskets', 'cutoffs') }}) as double) as piece_count,
        sum(baskets.amount) filter (where {{ is_kept('baskets', 'cutoffs') }}) as amount,
        cast(sum(baskets.comparable_count) as double) as comparable_count,
        cast(sum(baskets.discounted_count) as double) as discounted_count,
        cast(sum(baskets.repeat_count) as double) as repeat_count
    from {{ ref('baskets') }} as baskets
    inner join {{ ref('cutoffs') }} as cutoffs on baskets.ordered_at < cutoffs.cutoff_at
    group by cutoffs.cutoff_id, cutoffs.cutoff_at, baskets.customer_index
),

measured as (
    select
        *,
        ({{ epoch_seconds('cutoff_at') }} - {{ epoch_seconds('last_ordered_at') }}) / 86400.0 as recency_days,
        case when order_count = 0 then 0 else amount end as monetary_amount
    from summed
),

tiled as (
    select
        *,
        ntile({{ score_count }}) over (
            partition by cutoff_id order by recency_days desc nulls last, customer_index asc nulls last
        ) as recency_tile,
        ntile({{ score_count }}) over (
            partition by cutoff_id order by order_count asc nulls last, customer_index asc nulls last
        ) as frequency_tile,
        ntile({{ score_count }}) over (
            partition by cutoff_id, monetary_amount is null order by monetary_amount asc nulls last, customer_index asc nulls last
        ) as monetary_tile
    from measured
    where order_count > 0
),

scored as (
    select
        cutoff_id,
        customer_index,
        min(recency_tile) over (partition by cutoff_id, recency_days) as recency_score,
        min(frequency_tile) over (partition by cutoff_id, order_count) as frequency_score,
        case
            when monetary_amount is not null then min(monetary_tile) over (partition by cutoff_id, monetary_amount)
        end as monetary_score
    from tiled
),

valued as (
    select
        *,
        cast(floor((frequency_score + coalesce(monetary_score, frequency_score) + 1) / 2.0) as bigint) as value_score
    from scored
)

select
    measured.cutoff_id,
    measured.customer_index,
    measured.first_ordered_at,
    measured.recency_days,
    measured.order_count,
    measured.monetary_amount,
    ln(1 + measured.recency_days) as log_recency,
    ln(1 + measured.order_count) as log_frequency,
    ln(1 + greatest(measured.monetary_amount, 0)) as log_monetary,
    valued.recency_score,
    valued.frequency_score,
    valued.monetary_score,
    valued.value_score,
    case
        when valued.recency_score is not null
            then concat(valued.recency_score, valued.frequency_score, coalesce(cast(valued.monetary_score as string), '-'))
    end as rfm_code,
    cells.rfm_cell,
    measured.kept_count / nullif(measured.order_count, 0) as purchases_per_order,
    measured.piece_count / nullif(measured.order_count, 0) as pieces_per_order,
    cast(measured.amount as double) / nullif(measured.order_count, 0) as amount_per_order,
    measured.discounted_count / nullif(measured.comparable_count, 0) as discounted_share,
    (measured.purchase_count - measured.kept_count) / measured.purchase_count as returned_share,
    measured.repeat_count / measured.purchase_count as repeated_share
from measured
left join valued
    on
        measured.cutoff_id = valued.cutoff_id
        and measured.customer_index = valued.customer_index
left join {{ ref('rfm_cells') }} as cells
    on
        valued.recency_score between cells.lowest_recency_score and cells.highest_recency_score
        and valued.value_score between cells.lowest_value_score and cells.highest_value_score
