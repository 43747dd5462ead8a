-- Grain: cutoff (test, live) × rung of the ladder. How many customers stand on each rung, whether their lists are full, and what
-- the lists are worth on test, in the served mode: mean nDCG at k with its bootstrap interval, beside what popularity alone
-- would have been worth to the same customers. A rung on which nobody stands has its row, so that its absence is seen. Read by
-- people and dashboards who ask what becomes of new customers.
{%- set shorter = var('evaluation_ks') | select('le', var('list_length')) | list -%}
{%- set k = shorter | max if shorter else var('evaluation_ks') | min %}
with ladder as (
    select
        cutoffs.cutoff_id,
        rungs.rung
    from {{ ref('cutoffs') }} as cutoffs
    cross join ({{ literal_rows('rung', ['history', 'fold_in', 'survey', 'context', 'popularity']) }}) as rungs
    where cutoffs.purpose in ('test', 'live')
),

totals as (
    select
        cutoff_id,
        count(*) as customer_count
    from {{ ref('customer_rungs') }}
    group by cutoff_id
),

lengths as (
    select
        cutoff_id,
        customer_id,
        count(*) as product_count
    from {{ ref('blended_lists') }}
    where
        mode = '{{ served_mode() }}'
        and list_rank <= {{ var('list_length') }}
    group by cutoff_id, customer_id
),

listed as (
    select
        customers.cutoff_id,
        customers.rung,
        count(*) as customer_count,
        count(*) filter (where lengths.product_count >= {{ var('list_length') }}) as full_list_count,
        count(*) filter (where lengths.product_count is null) as empty_list_count
    from {{ ref('customer_rungs') }} as customers
    left join lengths
        on
            customers.cutoff_id = lengths.cutoff_id
            and customers.customer_id = lengths.customer_id
    group by customers.cutoff_id, customers.rung
),

judged as (
    select
        metrics.cutoff_id,
        metrics.customer_id,
        customers.rung,
        max(case when metrics.source = 'hybrid' then metrics.ndcg_at_k end) as ndcg,
        max(case when metrics.source = 'popularity' then metrics.ndcg_at_k end) as popularity_ndcg
    from {{ ref('customer_metrics') }} as metrics
    inner join {{ ref('customer_rungs') }} as customers
        on
            metrics.cutoff_id = customers.cutoff_id
            and metrics.customer_id = customers.customer_id
    where
        metrics.mode = '{{ served_mode() }}'
        and metrics.k = {{ k }}
        and metrics.source in ('hybrid', 'popularity')
    group by metrics.cutoff_id, metrics.customer_id, customers.rung
),

means as (
    select
        cutoff_id,
        rung,
        count(*) as judged_count,
        {{ stable_sum('ndcg') }} / count(*) as ndcg,
        {{ stable_sum('popularity_ndcg') }} / count(*) as popularity_ndcg
    from judged
    group by cutoff_id, rung
),

replicate_means as (
    select
        judged.cutoff_id,
        judged.rung,
        weights.replicate,
        {{ stable_sum('weights.weight * judged.ndcg') }} / sum(weights.weight) as ndcg
    from judged
    inner join {{ ref('bootstrap_weights') }} as weights on judged.customer_id = weights.customer_id
    group by judged.cutoff_id, judged.rung, weights.replicate
),

intervals as (
    select
        cutoff_id,
        rung,
        {{ interval_bound('ndcg', 'low') }} as ci_low,
        {{ interval_bound('ndcg', 'high') }} as ci_high
    from replicate_means
    group by cutoff_id, rung
)

select
    ladder.cutoff_id,
    ladder.rung,
    coalesce(listed.customer_count, 0) as customer_count,
    cast(coalesce(listed.customer_count, 0) as double) / nullif(totals.customer_count, 0) as customer_share,
    cast(listed.full_list_count as double) / listed.customer_count as full_list_share,
    coalesce(listed.empty_list_count, 0) as empty_list_count,
    cast({{ k }} as integer) as k,
    coalesce(means.judged_count, 0) as judged_count,
    means.ndcg as ndcg_at_k,
    intervals.ci_low,
    intervals.ci_high,
    means.popularity_ndcg as popularity_ndcg_at_k
from ladder
left join totals on ladder.cutoff_id = totals.cutoff_id
left join listed
    on
        ladder.cutoff_id = listed.cutoff_id
        and ladder.rung = listed.rung
left join means
    on
        ladder.cutoff_id = means.cutoff_id
        and ladder.rung = means.rung
left join intervals
    on
        ladder.cutoff_id = intervals.cutoff_id
        and ladder.rung = intervals.rung
