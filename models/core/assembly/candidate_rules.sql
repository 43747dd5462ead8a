-- Grain: list × candidate × active rule that applies to this product and this customer.
select
    candidates.list_index,
    candidates.product_index,
    rules.rule_id,
    rules.action,
    rules.amount
from {{ ref('list_candidates') }} as candidates
inner join {{ ref('rule_products') }} as rule_products
    on
        candidates.cutoff_id = rule_products.cutoff_id
        and candidates.product_index = rule_products.product_index
inner join {{ ref('rule_customers') }} as rule_customers
    on
        rule_products.cutoff_id = rule_customers.cutoff_id
        and rule_products.rule_id = rule_customers.rule_id
        and candidates.customer_index = rule_customers.customer_index
inner join {{ ref('active_rules') }} as rules
    on
        rule_products.cutoff_id = rules.cutoff_id
        and rule_products.rule_id = rules.rule_id
