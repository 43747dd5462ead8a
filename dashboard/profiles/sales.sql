-- section: customers
-- order: 50
-- title: Purchases by channel
-- unit: purchases per week, returned ones included; the last week may be incomplete
-- interval: none: all purchases are counted
-- read: Each line is a channel. The tooltip and the numbers also show the share of repeat purchases and the share of returns.
-- width: wide
-- empty: There are no purchases.

with weeks as (
    select
        cast(date_trunc('week', sold_on) as date) as week_start,
        channel,
        sum(purchase_count) as purchase_count,
        sum(repeat_count) / sum(purchase_count) as repeat_share,
        sum(returned_count) / sum(purchase_count) as returned_share,
        sum(amount) as amount
    from marts.sales
    group by all
)

select
    cast(week_start as varchar) as week_start,
    channel,
    cast(purchase_count as bigint) as purchase_count,
    repeat_share,
    returned_share,
    cast(amount as double) as amount
from weeks
where week_start > (select max(newest.week_start) from weeks as newest) - interval 52 week
order by week_start asc, channel asc
limit 1000
