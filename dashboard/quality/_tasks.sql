-- Raw data and business rules that need attention: status, sentence, and key of the section with details.
with tasks as (
    select
        'warn' as status,
        'Stale raw tables, without recent rows: '
        || array_to_string(list(replace(raw_table, '_', ' ') order by raw_table), ', ') || '.' as sentence,
        'quality' as section,
        count(*) as task_count
    from marts.source_freshness
    where status = 'stale'
    union all
    select
        drift_status as status,
        'Raw columns whose values changed since the last build: ' || count(*) || '.' as sentence,
        'quality' as section,
        count(*) as task_count
    from marts.column_profile
    where drift_status in ('warn', 'fail')
    group by drift_status
    union all
    select
        'look' as status,
        sum(found_count) || ' raw rows are flagged for review: '
        || array_to_string(list(distinct replace(rule, '_', ' ') order by replace(rule, '_', ' ')), ', ') || '.' as sentence,
        'quality' as section,
        count(*) as task_count
    from marts.cleaning_ledger
    where action = 'flag' and found_count > 0 and rule <> 'all'
    union all
    select
        'look' as status,
        'Business rules without effect (unknown scope, no audience or unavailable product): '
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
