-- Grain: customer. What reports of the lists slice customers by, as of now: the dimension that every published table with a
-- customer_id joins to. Nothing in it names a person; the capability profiles publishes all other features.
with live as (
    select cutoff_id
    from {{ ref('cutoffs') }}
    where purpose = 'live'
)

select
    customers.customer_id,
    rungs.rung,
    rungs.activity_band,
    rungs.has_history,
    coalesce(segments.segment, 'none') as segment,
    coalesce(rfm.rfm_cell, 'no_purchases') as rfm_cell,
    coalesce(rfm.order_count, 0) as order_count,
    case when rfm.customer_id is null then 0 else rfm.monetary_amount end as monetary_amount
from {{ ref('clean_customers') }} as customers
cross join live
inner join {{ ref('customer_rungs') }} as rungs
    on
        live.cutoff_id = rungs.cutoff_id
        and customers.customer_id = rungs.customer_id
left join {{ ref('customer_rfm') }} as rfm
    on
        live.cutoff_id = rfm.cutoff_id
        and customers.customer_id = rfm.customer_id
left join {{ ref('customer_segments') }} as segments
    on
        live.cutoff_id = segments.cutoff_id
        and customers.customer_index = segments.customer_index
