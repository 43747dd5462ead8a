-- section: recommendations
-- order: 50
-- title: Effect of the business rules
-- unit: candidates of the published lists that a rule removed, moved or pinned
-- interval: none: all candidates are counted
-- read: A rule without a bar had no effect; the word after the bar states why. The rules are in list_rules.csv. The table
--    list_rule_report has all counts.
-- empty: There are no business rules.

select
    rule_id || ': ' || action || coalesce(' ' || scope_value, '') as rule,
    replace(outcome, '_', ' ') as outcome,
    removed_count + moved_count as touched_count,
    removed_count,
    moved_count,
    listed_count,
    coalesce(cast(valid_from as varchar), 'always') || ' to ' || coalesce(cast(valid_until as varchar), 'no end') as valid_days,
    owner,
    why
from marts.list_rule_report
order by outcome = 'applied' desc, touched_count desc, rule_id asc
limit 100
