-- Grain: cutoff (test, live) × rule of list_rules for this data set that is in force at the cutoff. A rule is in force if
-- valid_from and valid_until, both inclusive, contain the UTC date of the last second before the cutoff. Each cutoff uses its own
-- date, so that `test` measures the lists that were shown at that time.
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
