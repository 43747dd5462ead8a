-- Grain: customer × product that the customer bought and is expected to buy again: due within horizon_days, or overdue by at most
-- one cycle. The due date is the last purchase plus the customer's own cycle: the customer's gaps, shrunk towards the cycle of
-- the product as in buy_again. Includes only recommendable products that customers buy repeatedly. Such a product has at least
-- fewest_gaps gaps and a shape above 1; at a lower shape, a purchase becomes less likely with time. Durables, which are never due
-- in product_cycles, are excluded. Lossy: all other products.
{%- set fewest_gaps = 5 %}   {#- purchase gaps of the product, over all its customers #}
with bought as (
    select
        gaps.customer_index,
        gaps.product_index,
        max(gaps.purchase_date) as last_purchased_on,
        count(*) as purchase_count,
        count(gaps.gap_days) as gap_count,
        {{ stable_sum('ln(gaps.gap_days)') }} as log_gap_sum,
        max(cutoffs.cutoff_at) as as_of
    from {{ ref('purchase_gaps') }} as gaps
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            gaps.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    group by gaps.customer_index, gaps.product_index
),

expected as (
    select
        bought.*,
        {{ own_cycle_days('bought.log_gap_sum', 'bought.gap_count', 'cycles.cycle_days') }} as cycle_days
    from bought
    inner join {{ ref('cutoffs') }} as cutoffs on cutoffs.purpose = 'live'
    inner join {{ ref('cutoff_products') }} as offered
        on
            cutoffs.cutoff_id = offered.cutoff_id
            and bought.product_index = offered.product_index
    inner join {{ ref('product_cycles') }} as cycles
        on
            cutoffs.cutoff_id = cycles.cutoff_id
            and bought.product_index = cycles.product_index
            and cycles.gap_count >= {{ fewest_gaps }}
            and cycles.cycle_shape > 1
            and cycles.due_after_days is not null
),

dated as (
    select
        *,
        cast({{ dbt.dateadd('day', 'cast(round(cycle_days) as integer)', 'last_purchased_on') }} as date) as due_on
    from expected
),

judged as (
    select
        *,
        {{ days_between('due_on', 'cast(as_of as date)') }} as days_overdue
    from dated
)

select
    customers.customer_id,
    products.product_id,
    judged.last_purchased_on,
    judged.purchase_count,
    judged.cycle_days,
    judged.due_on,
    judged.days_overdue
from judged
inner join {{ ref('clean_customers') }} as customers on judged.customer_index = customers.customer_index
inner join {{ ref('clean_products') }} as products on judged.product_index = products.product_index
where judged.days_overdue between -{{ var('horizon_days') }} and judged.cycle_days
