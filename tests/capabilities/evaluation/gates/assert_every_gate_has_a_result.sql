-- Catches a row of the seed gates without a result (a misspelt gate, mode, slice or metric would never fail). Also catches a
-- source that hybrid is not compared with. A gate on customers without history needs only the sources that serve such customers.
with sources as (
    select
        count(*) - 1 as source_count,
        count(case when not needs_history then 1 end) - 1 as floor_count
    from {{ ref('candidate_sources') }}
)

select
    gates.gate,
    gates.severity,
    count(results.gate) as result_count
from {{ ref('gates') }} as gates
cross join sources
left join {{ ref('gate_results') }} as results
    on
        gates.gate = results.gate
        and gates.severity = results.severity
        and gates.metric = results.metric
        and gates.source = results.source
        and gates.slice = results.slice
        and gates.k = results.k
        and {{ gate_mode('gates.mode') }} = results.mode
group by
    gates.gate,
    gates.metric,
    gates.source,
    gates.mode,
    gates.slice,
    gates.k,
    gates.severity,
    sources.source_count,
    sources.floor_count
having
    count(results.gate) <> case
        when gates.gate <> 'beats_sources' then 1
        when gates.slice = 'without_history' then sources.floor_count
        else sources.source_count
    end
