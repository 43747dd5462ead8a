-- Catches a label in the history of its own cutoff. Under the protocol leave_last_out, a product held out at a cutoff is not in
-- the customer's history at that cutoff or earlier ones.
{{ config(enabled=seam_is_on('held_out_interactions')) }}
select
    held_out.cutoff_id,
    held_out.customer_id,
    held_out.product_id
from {{ ref('held_out_products') }} as held_out
inner join {{ ref('clean_customers') }} as customers on held_out.customer_id = customers.customer_id
inner join {{ ref('clean_products') }} as products on held_out.product_id = products.product_id
inner join {{ ref('cutoffs') }} as cutoffs on held_out.cutoff_at >= cutoffs.cutoff_at
inner join {{ ref('customer_product_strengths') }} as strengths
    on
        cutoffs.cutoff_id = strengths.cutoff_id
        and customers.customer_index = strengths.customer_index
        and products.product_index = strengths.product_index
