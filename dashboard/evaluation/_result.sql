-- One row: the share of what customers chose that the final lists of the test cutoff contained, and the same for the
-- bestsellers.
with measured as (
    select
        performance.source,
        performance.k,
        performance.value,
        performance.ci_low,
        performance.ci_high,
        performance.customer_count,
        cutoffs.cutoff_at,
        cutoffs.horizon_ends_at
    from marts.model_performance as performance
    inner join marts.cutoff_moments as cutoffs on performance.cutoff_id = cutoffs.cutoff_id
    where
        performance.cutoff_id = 'test'
        and performance.slice = 'all'
        and performance.metric = 'recall_at_k'
        and performance.source in ('assembled', 'popularity')
        and performance.k <= (select max(recommendations.rank) from marts.recommendations as recommendations)
        and performance.mode = (
            select case when max(manifest.value) = '"never"' then 'discovery' else 'all' end
            from marts.run_manifest as manifest
            where manifest.section = 'var' and manifest.name = 'repeat_policy'
        )
    qualify performance.k = max(performance.k) over ()
)

select
    max(k) as k,
    max(value) filter (where source = 'assembled') as found,
    max(ci_low) filter (where source = 'assembled') as found_low,
    max(ci_high) filter (where source = 'assembled') as found_high,
    max(value) filter (where source = 'popularity') as popular,
    max(ci_low) filter (where source = 'popularity') as popular_low,
    max(ci_high) filter (where source = 'popularity') as popular_high,
    max(customer_count) as customer_count,
    max(cutoff_at) as cutoff_at,
    max(horizon_ends_at) as horizon_ends_at,
    (
        select max(manifest.value) = '"leave_last_out"'
        from marts.run_manifest as manifest
        where manifest.section = 'var' and manifest.name = 'evaluation_protocol'
    ) as is_held_out
from measured
having max(value) filter (where source = 'assembled') is not null
