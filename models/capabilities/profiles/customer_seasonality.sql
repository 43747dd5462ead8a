-- Grain: cutoff × customer × month (1-12), for customers with a kept order before the cutoff and months with any kept order: the
-- month's share of the customer's orders relative to its share of all orders. Months without orders of the customer have a count
-- of zero. month_rank 1 is the month with the highest relative share.
with counted as (
    select
        cutoffs.cutoff_id,
        baskets.customer_index,
        cast(extract(month from baskets.ordered_at) as bigint) as order_month,
        count(*) as order_count
    from {{ ref('baskets') }} as baskets
    inner join {{ ref('cutoffs') }} as cutoffs on baskets.ordered_at < cutoffs.cutoff_at
    where baskets.is_counted and {{ is_kept('baskets', 'cutoffs') }}
    group by cutoffs.cutoff_id, baskets.customer_index, cast(extract(month from baskets.ordered_at) as bigint)
),

months as (
    select
        cutoff_id,
        order_month,
        sum(order_count) as order_count
    from counted
    group by cutoff_id, order_month
),

population as (
    select
        cutoff_id,
        order_month,
        order_count / cast(sum(order_count) over (partition by cutoff_id) as double) as population_share
    from months
),

customer_totals as (
    select
        cutoff_id,
        customer_index,
        sum(order_count) as order_total
    from counted
    group by cutoff_id, customer_index
),

compared as (
    select
        customer_totals.cutoff_id,
        customer_totals.customer_index,
        population.order_month,
        coalesce(counted.order_count, 0) as order_count,
        customer_totals.order_total,
        population.population_share
    from customer_totals
    inner join population on customer_totals.cutoff_id = population.cutoff_id
    left join counted
        on
            customer_totals.cutoff_id = counted.cutoff_id
            and customer_totals.customer_index = counted.customer_index
            and population.order_month = counted.order_month
),

indexed as (
    select
        cutoff_id,
        customer_index,
        order_month,
        order_count,
        order_count / cast(order_total as double) as month_share,
        population_share,
        {{ season_index('order_count', 'order_total', 'population_share') }} as month_index
    from compared
)

select
    *,
    row_number() over (
        partition by cutoff_id, customer_index order by month_index desc nulls last, order_month asc nulls last
    ) as month_rank
from indexed
