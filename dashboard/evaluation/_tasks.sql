-- Gates and models that need attention: status, sentence, and key of the section with details.
with gates as (
    select
        status,
        count(*) as gate_count,
        list(distinct replace(gate, '_', ' ') order by replace(gate, '_', ' ')) as found
    from marts.gate_results
    where status in ('warn', 'fail')
    group by status
),

models as (
    select list(distinct source order by source) as found
    from marts.overfit_monitor
    where is_warning
)

select
    status,
    case status when 'fail' then 'Failed gates: ' else 'Gates with a warning: ' end || gate_count
    || ' (' || array_to_string(found, ', ') || ').' as sentence,
    'glance' as section
from gates
union all
select
    'warn' as status,
    'Overfitting models: ' || array_to_string(found, ', ') || '.' as sentence,
    'learning' as section
from models
where len(found) > 0
