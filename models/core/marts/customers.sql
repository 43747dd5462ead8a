-- Grain: customer. What reports of the lists slice customers by, as of now: the dimension that every published table with a
-- customer_id joins to. Nothing in it names a person; all else that is known stands in customer_features.
select
    features.customer_id,
    rungs.rung,
    rungs.activity_band,
    rungs.has_history,
    features.segment,
    features.rfm_cell,
    features.order_count,
    features.monetary_amount
from {{ ref('customer_features') }} as features
inner join {{ ref('cutoffs') }} as cutoffs
    on
        features.cutoff_id = cutoffs.cutoff_id
        and cutoffs.purpose = 'live'
inner join {{ ref('customer_rungs') }} as rungs
    on
        features.cutoff_id = rungs.cutoff_id
        and features.customer_id = rungs.customer_id
