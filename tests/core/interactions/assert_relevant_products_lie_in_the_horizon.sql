-- Catches labels from outside the horizon: each label needs an interaction in [cutoff_at, horizon_ends_at) that was not reversed.
select
    relevant.cutoff_id,
    relevant.customer_index,
    relevant.product_index
from {{ ref('relevant_products') }} as relevant
inner join {{ ref('cutoffs') }} as cutoffs on relevant.cutoff_id = cutoffs.cutoff_id
left join {{ ref('interactions') }} as interactions
    on
        relevant.customer_index = interactions.customer_index
        and relevant.product_index = interactions.product_index
        and cutoffs.cutoff_at <= interactions.occurred_at
        and cutoffs.horizon_ends_at > interactions.occurred_at
        and interactions.reversed_at is null
where interactions.customer_index is null
