-- Grain: mode × customers with or without a history × kind of part × part that is left out, on the tune cutoffs. What each
-- source is worth to the blend, and each family of features to the learned ranker: nDCG with everything less nDCG without it, on
-- the same lists. Sources: both blends are searched for on the lists they are judged on. Families: both rankers are judged on
-- lists they haven't learnt from. The interval is a Poisson bootstrap over customers, drawn like bootstrap_weights. Empty where
-- ablation_lists is 0.
with ablations as (
    select
        'source' as part,
        *
    from {{ ref('source_ablations') }}
    union all
    select
        'family' as part,
        *
    from {{ ref('family_ablations') }}
),

replicates as ({{ literal_rows('replicate', range(1, var('bootstrap_replicates') + 1)) }}),

customers as (
    select distinct customer_id from ablations
),

draws as (
    select
        customers.customer_id,
        replicates.replicate,
        {{ hash_uniform("customers.customer_id || ':' || cast(replicates.replicate as string)") }} as draw
    from customers
    cross join replicates
),

weights as (
    select
        customer_id,
        replicate,
        {{ poisson_1('draw') }} as weight
    from draws
),

replicated as (
    select
        ablations.part,
        ablations.mode,
        ablations.has_history,
        ablations.left_out,
        weights.replicate,
        {{ stable_sum('weights.weight * (ablations.ndcg_with - ablations.ndcg_without)') }} / sum(weights.weight) as contribution
    from ablations
    inner join weights on ablations.customer_id = weights.customer_id
    where weights.weight > 0
    group by ablations.part, ablations.mode, ablations.has_history, ablations.left_out, weights.replicate
),

intervals as (
    select
        part,
        mode,
        has_history,
        left_out,
        {{ interval_of_rows('contribution', 'low') }} as ci_low,
        {{ interval_of_rows('contribution', 'high') }} as ci_high
    from replicated
    group by part, mode, has_history, left_out
),

means as (
    select
        part,
        mode,
        has_history,
        left_out,
        {{ stable_sum('ndcg_with') }} / count(*) as ndcg_with,
        {{ stable_sum('ndcg_without') }} / count(*) as ndcg_without,
        {{ stable_sum('ndcg_with - ndcg_without') }} / count(*) as contribution,
        count(*) as list_count
    from ablations
    group by part, mode, has_history, left_out
)

select
    means.mode,
    means.has_history,
    means.part,
    means.left_out,
    10 as k,  -- ranking_k: RANKING_K of the Python package
    means.ndcg_with,
    means.ndcg_without,
    means.contribution,
    intervals.ci_low,
    intervals.ci_high,
    means.list_count
from means
left join intervals
    on
        means.part = intervals.part
        and means.mode = intervals.mode
        and means.has_history = intervals.has_history
        and means.left_out = intervals.left_out
