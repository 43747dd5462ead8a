-- Catches a trade-off that starts from other lists or other customers than the published quality: at value_weight 0, nDCG is that
-- of source hybrid.
select
    tradeoff.cutoff_id,
    tradeoff.mode,
    tradeoff.value,
    performance.value as published_value
from {{ ref('value_tradeoff') }} as tradeoff
inner join {{ ref('model_performance') }} as performance
    on
        tradeoff.cutoff_id = performance.cutoff_id
        and tradeoff.mode = performance.mode
        and tradeoff.metric = performance.metric
        and tradeoff.k = performance.k
        and performance.source = 'hybrid'
        and performance.slice = 'all'
where tradeoff.value_weight = 0 and not abs(tradeoff.value - performance.value) < 1e-12
