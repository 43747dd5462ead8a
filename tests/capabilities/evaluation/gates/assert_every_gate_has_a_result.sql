-- Catches a row of the seed gates that nothing judges (a misspelt gate, mode, slice or metric would never fail), and a source
-- that the hybrid isn't held against.
select
    gates.gate,
    gates.severity,
    count(results.gate) as result_count
from {{ ref('gates') }} as gates
cross join (select count(*) - 1 as source_count from {{ ref('candidate_sources') }}) as sources
left join {{ ref('gate_results') }} as results
    on
        gates.gate = results.gate
        and gates.severity = results.severity
        and gates.metric = results.metric
        and gates.source = results.source
        and gates.slice = results.slice
        and gates.k = results.k
        and case when gates.mode = 'served' then '{{ served_mode() }}' else gates.mode end = results.mode
group by
    gates.gate,
    gates.metric,
    gates.source,
    gates.mode,
    gates.slice,
    gates.k,
    gates.severity,
    sources.source_count
having count(results.gate) <> case when gates.gate = 'beats_sources' then sources.source_count else 1 end
