-- Grain: cutoff × mode × customer × relevant product, on the test cutoffs, for the sampled customers. Mode `discovery` excludes
-- products the customer already had. A customer without other labels is not evaluated in that mode.
select
    relevant_products.cutoff_id,
    modes.mode,
    relevant_products.customer_index,
    relevant_products.product_index
from {{ ref('relevant_products') }} as relevant_products
inner join {{ ref('cutoff_customers') }} as customers
    on
        relevant_products.cutoff_id = customers.cutoff_id
        and relevant_products.customer_index = customers.customer_index
inner join {{ ref('cutoffs') }} as cutoffs
    on
        relevant_products.cutoff_id = cutoffs.cutoff_id
        and cutoffs.purpose = 'test'
cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
where modes.mode = 'all' or not relevant_products.is_repeat
