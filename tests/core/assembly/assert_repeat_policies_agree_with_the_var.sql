-- Catches a category with a repeat policy other than never although the var repeat_policy is never. In that case lists have only
-- products that are new to the customer, so no category can have repeats. Set the var to always or replenishable, and set the
-- other categories to never.
select
    category,
    repeat_policy
from {{ ref('repeat_policies') }}
where
    '{{ var("repeat_policy") }}' = 'never'
    and repeat_policy <> 'never'
    and lower(category) in (select lower(products.category) from {{ ref('clean_products') }} as products)
