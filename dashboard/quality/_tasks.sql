-- What of raw data and business rules a person should look at: status, a sentence, and the section that shows more.
with tasks as (
    select
        'warn' as status,
        'Raw tables without new rows for too long: '
        || array_to_string(list(replace(raw_table, '_', ' ') order by raw_table), ', ') || '.' as sentence,
        'quality' as section,
        count(*) as task_count
    from marts.source_freshness
    where status = 'stale'
    union all
    select
        drift_status as status,
        'Raw columns that changed since the build before: ' || count(*) || '.' as sentence,
        'quality' as section,
        count(*) as task_count
    from marts.column_profile
    where drift_status in ('warn', 'fail')
    group by drift_status
    union all
    select
        'look' as status,
        sum(found_count) || ' raw rows are flagged for a person: '
        || array_to_string(list(distinct replace(rule, '_', ' ') order by replace(rule, '_', ' ')), ', ') || '.' as sentence,
        'quality' as section,
        count(*) as task_count
    from marts.cleaning_ledger
    where action = 'flag' and found_count > 0 and rule <> 'all'
    union all
    select
        'look' as status,
        'Business rules that name nothing that can be shown: '
        || array_to_string(list(rule_id order by rule_id), ', ') || '.' as sentence,
        'recommendations' as section,
        count(*) as task_count
    from marts.list_rule_report
    where outcome in ('unknown_scope', 'no_audience', 'not_available')
)

select
    status,
    sentence,
    section
from tasks
where task_count > 0
