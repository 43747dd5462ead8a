-- Grain: cutoff × mode × customer × product × active rule that speaks of this candidate to this customer.
select
    candidates.cutoff_id,
    candidates.mode,
    candidates.customer_id,
    candidates.product_id,
    rules.rule_id,
    rules.action,
    rules.amount
from {{ ref('list_candidates') }} as candidates
inner join {{ ref('rule_products') }} as rule_products
    on
        candidates.cutoff_id = rule_products.cutoff_id
        and candidates.product_id = rule_products.product_id
inner join {{ ref('rule_customers') }} as rule_customers
    on
        rule_products.cutoff_id = rule_customers.cutoff_id
        and rule_products.rule_id = rule_customers.rule_id
        and candidates.customer_id = rule_customers.customer_id
inner join {{ ref('active_rules') }} as rules
    on
        rule_products.cutoff_id = rules.cutoff_id
        and rule_products.rule_id = rules.rule_id
