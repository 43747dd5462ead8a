-- Grain: cutoff × customer with a kept purchase before the cutoff. Gaps are counted between days with a purchase: several orders
-- on one day are one occasion, or a split order would look like a habit of minutes. A customer who bought on only one day has no
-- gap; the next purchase is then expected after the median gap of the other customers at this cutoff, and expected_by states
-- this. Sums of squares are exact because gaps are whole days.
with purchase_dates as (
    select
        cutoffs.cutoff_id,
        cutoffs.cutoff_at,
        baskets.customer_index,
        cast(baskets.ordered_at as date) as purchase_date,
        count(*) filter (where baskets.is_counted) as order_count,
        sum(baskets.amount) as amount
    from {{ ref('baskets') }} as baskets
    inner join {{ ref('cutoffs') }} as cutoffs on baskets.ordered_at < cutoffs.cutoff_at
    where {{ is_kept('baskets', 'cutoffs') }}
    group by cutoffs.cutoff_id, cutoffs.cutoff_at, baskets.customer_index, cast(baskets.ordered_at as date)
),

gaps as (
    select
        *,
        lag(purchase_date) over (partition by cutoff_id, customer_index order by purchase_date asc nulls last) as previous_date
    from purchase_dates
),

summed as (
    select
        cutoff_id,
        cutoff_at,
        customer_index,
        max(purchase_date) as last_purchase_date,
        count(previous_date) as gap_count,
        cast(sum({{ days_between('previous_date', 'purchase_date') }}) as double) as gap_sum,
        cast(sum(
            {{ days_between('previous_date', 'purchase_date') }}
            * {{ days_between('previous_date', 'purchase_date') }}
        ) as double) as gap_square_sum,
        sum(case when {{ is_recent('purchase_date', 'cutoff_at', 1) }} then order_count else 0 end)
            as recent_orders,
        sum(case when {{ is_recent('purchase_date', 'cutoff_at', 2) }} then order_count else 0 end)
            as last_two_orders,
        sum(case when {{ is_recent('purchase_date', 'cutoff_at', 1) }} then amount else 0 end)
            as recent_amount,
        sum(case when {{ is_recent('purchase_date', 'cutoff_at', 2) }} then amount else 0 end)
            as last_two_amount
    from gaps
    group by cutoff_id, cutoff_at, customer_index
),

measured as (
    select
        *,
        gap_sum / nullif(gap_count, 0) as gap_mean_days,
        case
            when gap_count > 1
                then sqrt(greatest(gap_square_sum - gap_sum * gap_sum / gap_count, 0) / (gap_count - 1))
        end as gap_spread_days
    from summed
),

typical_gaps as (
    select
        cutoff_id,
        median(gap_mean_days) as typical_gap_days
    from measured
    group by cutoff_id
),

expected as (
    select
        measured.*,
        cast(round(coalesce(measured.gap_mean_days, typical_gaps.typical_gap_days)) as integer) as expected_gap
    from measured
    inner join typical_gaps on measured.cutoff_id = typical_gaps.cutoff_id
),

dated as (
    select
        *,
        cast({{ dbt.dateadd('day', 'expected_gap', 'last_purchase_date') }} as date) as expected_purchase_date
    from expected
)

select
    cutoff_id,
    customer_index,
    last_purchase_date,
    gap_count,
    gap_mean_days,
    gap_spread_days,
    case
        when gap_mean_days is not null then 'own'
        when expected_gap is not null then 'population'
    end as expected_by,
    expected_purchase_date,
    {{ days_between('cast(cutoff_at as date)', 'expected_purchase_date') }} as days_to_expected_purchase,
    {{ trend('recent_orders', '(last_two_orders - recent_orders)') }} as order_trend,
    {{ trend('recent_amount', '(last_two_amount - recent_amount)') }} as amount_trend
from dated
