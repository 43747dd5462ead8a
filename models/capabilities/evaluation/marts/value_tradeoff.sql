-- Grain: cutoff (test) × mode × value_weight × metric: accuracy and revenue of the lists if the products of the pool were ordered
-- by probability × value ^ value_weight, before rules, fatigue and diversity. An owner sees the cost of a weight before using it.
-- Differences are paired: each bootstrap replicate evaluates both orders on the same customers. Weight 0 is the order of source
-- hybrid. Empty if no product has a price. Lossy: means that model_performance doesn't publish have no row.
select
    trials.cutoff_id,
    trials.mode,
    trials.value_weight,
    trials.metric,
    performance.k,
    trials.value,
    trials.ci_low,
    trials.ci_high,
    trials.difference,
    trials.difference_low,
    trials.difference_high,
    performance.customer_count
from {{ ref('value_trials') }} as trials
inner join {{ ref('model_performance') }} as performance
    on
        trials.cutoff_id = performance.cutoff_id
        and trials.mode = performance.mode
        and performance.slice = 'all'
        and performance.source = 'hybrid'
        and performance.metric = 'ndcg_at_k'
        and performance.k = {{ var('evaluation_k') }}
