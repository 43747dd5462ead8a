-- Grain: cutoff × active rule × product the rule speaks of, whether it can be shown or not. Categories and brands are
-- compared without regard to case. A rule whose product, category or brand nobody knows has no row, and so no effect.
select
    rules.cutoff_id,
    rules.rule_id,
    products.product_index
from {{ ref('active_rules') }} as rules
inner join {{ ref('clean_products') }} as products
    on
        rules.scope = 'everything'
        or (rules.scope = 'product' and rules.scope_value = products.product_id)
        or (rules.scope = 'category' and lower(rules.scope_value) = lower(products.category))
        or (rules.scope = 'brand' and lower(rules.scope_value) = lower(products.brand))
