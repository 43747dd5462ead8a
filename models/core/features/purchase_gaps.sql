-- Grain: cutoff × customer × product × day with a kept purchase of the product, as known at the cutoff. Several purchases on one
-- day are one occasion. gap_days counts from the previous such day; repeat_days counts from the previous purchase, kept or not,
-- like is_repeat of purchases. All cutoffs agree on the days before them unless a purchase of the product was reversed. Only then
-- are gaps computed per cutoff; otherwise they are computed once for all cutoffs. Rows are in the order of customers.
with undone as (
    select distinct
        customer_index,
        product_index
    from {{ ref('purchases') }}
    where customer_index is not null and reversed_at is not null
),

purchase_days as (
    select
        cutoffs.cutoff_id,
        purchases.customer_index,
        purchases.product_index,
        cast(purchases.occurred_at as date) as purchase_date,
        max(purchases.previous_purchase_date) as repeated_date,
        min(purchases.occurred_at) as occurred_at
    from {{ ref('purchases') }} as purchases
    left join undone
        on
            purchases.customer_index = undone.customer_index
            and purchases.product_index = undone.product_index
    left join {{ ref('cutoffs') }} as cutoffs
        on
            undone.customer_index is not null
            and purchases.occurred_at < cutoffs.cutoff_at
            and {{ is_kept('purchases', 'cutoffs') }}
    where
        purchases.customer_index is not null
        and not purchases.is_returned
        and (undone.customer_index is null or cutoffs.cutoff_id is not null)
    group by cutoffs.cutoff_id, purchases.customer_index, purchases.product_index, cast(purchases.occurred_at as date)
),

followed as (
    select
        *,
        lag(purchase_date) over (
            partition by cutoff_id, customer_index, product_index order by purchase_date asc nulls last
        ) as previous_date,
        lead(occurred_at) over (
            partition by cutoff_id, customer_index, product_index order by purchase_date asc nulls last
        ) as next_at
    from purchase_days
)

select
    cutoffs.cutoff_id,
    followed.customer_index,
    followed.product_index,
    followed.purchase_date,
    followed.occurred_at as purchased_at,
    {{ days_between('followed.previous_date', 'followed.purchase_date') }} as gap_days,
    {{ days_between('followed.repeated_date', 'followed.purchase_date') }} as repeat_days,
    followed.next_at is null or followed.next_at >= cutoffs.cutoff_at as is_last
from followed
inner join {{ ref('cutoffs') }} as cutoffs
    on
        followed.occurred_at < cutoffs.cutoff_at
        and (followed.cutoff_id is null or followed.cutoff_id = cutoffs.cutoff_id)
order by followed.customer_index asc nulls last
