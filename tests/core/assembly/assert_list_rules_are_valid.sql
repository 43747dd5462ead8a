-- Catches an invalid rule for this data set: a pin of more than one product or beyond the list, a boost that lowers scores, or a
-- bury that raises scores or sets them to 0. Also catches a cap that is negative or not an integer, a scope without a value, and
-- an end before the start.
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
