-- Which checks of the lists that customers see warn or fail: status, a sentence, and the section that shows more.
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
    case status when 'fail' then 'Fairness checks that failed: ' else 'Fairness checks that warn: ' end || check_count
    || coalesce(
        ' (' || array_to_string(found[:5], ', ') || case when len(found) > 5 then ' and ' || len(found) - 5 || ' more' else '' end
        || ')',
        ''
    ) || '.' as sentence,
    'fairness' as section
from checks
