-- Grain: cutoff (test, live) × rule of list_rules for this data set that is in force on its day: the UTC date of the last
-- moment the cutoff knows. valid_from and valid_until are whole days, both included. Each cutoff goes by its own day, so that
-- what is measured at `test` is what was shown then.
with cutoff_days as (
    select
        cutoff_id,
        cast(cutoff_at - interval '1' second as date) as rule_date
    from {{ ref('cutoffs') }}
    where purpose <> 'tune'
)

select
    cutoff_days.cutoff_id,
    rules.rule_id,
    rules.action,
    rules.scope,
    rules.scope_value,
    rules.amount,
    rules.segment,
    rules.country
from {{ ref('list_rules') }} as rules
cross join cutoff_days
where
    coalesce(rules.dataset, '{{ var("dataset") }}') = '{{ var("dataset") }}'
    and coalesce(rules.valid_from <= cutoff_days.rule_date, true)
    and coalesce(rules.valid_until >= cutoff_days.rule_date, true)
