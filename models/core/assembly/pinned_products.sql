-- Grain: cutoff × mode × customer × product an active rule pins for the customer. Where several rules pin one product,
-- the first by rule_id counts. The product need not be a candidate: list_candidates adds it. Whether it may be shown
-- is decided with all others, in candidate_fates.
with pins as (
    select
        rules.cutoff_id,
        rule_customers.customer_index,
        rule_products.product_index,
        rules.rule_id,
        cast(rules.amount as bigint) as pin_position,
        row_number() over (
            partition by rules.cutoff_id, rule_customers.customer_index, rule_products.product_index
            order by rules.rule_id nulls last
        ) as choice
    from {{ ref('active_rules') }} as rules
    inner join {{ ref('rule_products') }} as rule_products
        on
            rules.cutoff_id = rule_products.cutoff_id
            and rules.rule_id = rule_products.rule_id
    inner join {{ ref('rule_customers') }} as rule_customers
        on
            rules.cutoff_id = rule_customers.cutoff_id
            and rules.rule_id = rule_customers.rule_id
    where rules.action = 'pin'
)

select
    pins.cutoff_id,
    modes.mode,
    pins.customer_index,
    pins.product_index,
    pins.rule_id,
    pins.pin_position
from pins
inner join {{ ref('cutoffs') }} as cutoffs on pins.cutoff_id = cutoffs.cutoff_id
cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
where
    pins.choice = 1
    and (cutoffs.purpose <> 'live' or modes.mode = '{{ served_mode() }}')
