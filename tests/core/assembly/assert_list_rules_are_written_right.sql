-- Catches a rule that can't mean anything: a pin of more than one product or beyond the list, a boost that buries, a
-- bury that boosts or erases, a cap below zero or of half a product, a scope without a name, an end before the
-- beginning; among the rules for this data set.
select
    rule_id,
    action,
    scope,
    scope_value,
    amount,
    valid_from,
    valid_until
from {{ ref('list_rules') }}
where
    coalesce(dataset, '{{ var("dataset") }}') = '{{ var("dataset") }}'
    and (
        not coalesce(
            case action
                when 'pin' then scope = 'product' and amount between 1 and {{ var('list_length') }} and amount = floor(amount)
                when 'boost' then amount > 1
                when 'bury' then amount > 0 and amount < 1
                when 'cap' then amount >= 0 and amount = floor(amount)
                when 'exclude' then amount is null
            end,
            false
        )
        or (scope = 'everything') <> (scope_value is null)
        or valid_until < valid_from
    )
