-- Catches a category whose repeats should be shown although the var repeat_policy is never: then lists are made from
-- products new to the customer, and no category can get its repeats back. Set the var to always or replenishable and
-- give the others never.
select
    category,
    repeat_policy
from {{ ref('repeat_policies') }}
where
    '{{ var("repeat_policy") }}' = 'never'
    and repeat_policy <> 'never'
    and lower(category) in (select lower(products.category) from {{ ref('clean_products') }} as products)
