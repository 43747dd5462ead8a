-- Grain: cutoff × active rule × product that the rule applies to, whether or not the product can be shown. Categories and brands
-- are compared case-insensitively. A rule with an unknown product, category or brand has no row and no effect.
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
