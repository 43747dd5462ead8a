-- Grain: cutoff × source × mode × metric × k, on all test cutoffs, for all customers: the values of model_performance with their
-- summary over time. One test cutoff by default; the var backtest_cutoffs adds more. Only this table shows whether a source is
-- better by luck of one month: the confidence intervals measure variation over customers, not over months.
with results as (
    select
        performance.cutoff_id,
        cutoffs.cutoff_at,
        performance.source,
        performance.mode,
        performance.metric,
        performance.k,
        performance.value,
        performance.ci_low,
        performance.ci_high,
        performance.customer_count,
        cast(performance.value as decimal(38, 18)) as exact_value
    from {{ ref('model_performance') }} as performance
    inner join {{ ref('cutoffs') }} as cutoffs on performance.cutoff_id = cutoffs.cutoff_id
    where performance.slice = 'all'
),

summarised as (
    select
        source,
        mode,
        metric,
        k,
        count(*) as cutoff_count,
        cast(sum(exact_value) as double) / count(*) as mean_value,
        min(value) as lowest_value,
        max(value) as highest_value
    from results
    group by source, mode, metric, k
),

deviations as (
    select
        results.source,
        results.mode,
        results.metric,
        results.k,
        {{ stable_sum('(results.value - summarised.mean_value) * (results.value - summarised.mean_value)') }}
            as squared_deviations
    from results
    inner join summarised
        on
            results.source = summarised.source
            and results.mode = summarised.mode
            and results.metric = summarised.metric
            and results.k = summarised.k
    group by results.source, results.mode, results.metric, results.k
)

select
    results.cutoff_id,
    results.cutoff_at,
    results.source,
    results.mode,
    results.metric,
    results.k,
    results.value,
    results.ci_low,
    results.ci_high,
    results.customer_count,
    summarised.cutoff_count,
    summarised.mean_value,
    sqrt(deviations.squared_deviations / nullif(summarised.cutoff_count - 1, 0)) as deviation_over_time,
    summarised.lowest_value,
    summarised.highest_value
from results
inner join summarised
    on
        results.source = summarised.source
        and results.mode = summarised.mode
        and results.metric = summarised.metric
        and results.k = summarised.k
inner join deviations
    on
        results.source = deviations.source
        and results.mode = deviations.mode
        and results.metric = deviations.metric
        and results.k = deviations.k
