-- section: recommendations
-- order: 50
-- title: What business rules did to the lists
-- unit: candidates of published lists that a rule names and that it withheld, moved or placed
-- interval: none: every candidate is counted
-- read: A rule without a bar did nothing; the word behind it says why. Rules are in list_rules.csv, all that is counted in
--    list_rule_report.
-- empty: There are no rules.

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
