-- Grain: cutoff × active rule × customer with a list there to whom the rule applies: the customers of the rule's segment and
-- country if it names them, else everyone. A customer without a history has no segment.
select
    rules.cutoff_id,
    rules.rule_id,
    customers.customer_index
from {{ ref('active_rules') }} as rules
inner join {{ ref('cutoff_customers') }} as customers on rules.cutoff_id = customers.cutoff_id
inner join {{ ref('clean_customers') }} as known on customers.customer_index = known.customer_index
left join {{ ref('customer_segments') }} as segments
    on
        customers.cutoff_id = segments.cutoff_id
        and customers.customer_index = segments.customer_index
where
    (rules.segment is null or rules.segment = segments.segment)
    and (rules.country is null or upper(rules.country) = known.country)
