-- Catches a label that its own cutoff has seen: under the protocol leave_last_out, a product held out at a cutoff is no
-- history of the customer at it or before. No rows can fail under the protocol horizon, where nothing is held out.
select
    held_out.cutoff_id,
    held_out.customer_id,
    held_out.product_id
from {{ ref('held_out_products') }} as held_out
inner join {{ ref('cutoffs') }} as cutoffs on held_out.cutoff_at >= cutoffs.cutoff_at
inner join {{ ref('customer_product_strengths') }} as strengths
    on
        cutoffs.cutoff_id = strengths.cutoff_id
        and held_out.customer_id = strengths.customer_id
        and held_out.product_id = strengths.product_id
