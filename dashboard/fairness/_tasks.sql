-- Fairness checks of the final lists that fail or warn: status, sentence, and key of the section with details.
with checks as (
    select
        status,
        count(*) as check_count,
        list(distinct attribute || ': ' || protected_group order by attribute || ': ' || protected_group)
        filter (where protected_group <> 'all') as found
    from marts.fairness_audits
    where source = 'assembled' and is_gate and status in ('warn', 'fail')
    group by status
)

select
    status,
    case status when 'fail' then 'Failed fairness checks: ' else 'Fairness checks with a warning: ' end || check_count
    || coalesce(
        ' (' || array_to_string(found[:5], ', ') || case when len(found) > 5 then ' and ' || len(found) - 5 || ' more' else '' end
        || ')',
        ''
    ) || '.' as sentence,
    'fairness' as section
from checks
