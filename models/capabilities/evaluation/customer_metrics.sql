-- Grain: cutoff × mode × source × customer × k, on the test cutoffs, for all customers with at least one relevant product. A
-- customer without a list from a source scores 0 there, and customer_coverage_share (1 or 0 in this table) marks the missing
-- list. Every published accuracy metric is a mean of these rows. Not published: together with the means of countries and other
-- slices, rows of single customers would reveal slice membership. Formulas: metric_registry; binary relevance, gain 1 / log2(rank
-- + 1).
with relevant_counts as (
    select
        mode,
        cutoff_id,
        customer_index,
        count(*) as relevant_count
    from {{ ref('evaluation_labels') }}
    group by mode, cutoff_id, customer_index
),

-- Every list has a first rank. A source that proposed nothing to any customer is evaluated like all others. A ranking method is
-- evaluated only in the modes in which it has a list.
listed as (
    select
        cutoff_id,
        mode,
        source,
        customer_index
    from {{ ref('evaluated_lists') }}
    where list_rank = 1
),

sources as (
    select
        modes.mode,
        candidate_sources.source
    from {{ ref('candidate_sources') }} as candidate_sources
    cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
    union
    select
        modes.mode,
        'hybrid' as source
    from ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
    union
    select
        listed.mode,
        listed.source
    from listed
),

depths as ({{ literal_rows('k', evaluation_ks()) }}),

ranks as ({{ literal_rows('rank', range(1, evaluation_depth() + 1)) }}),

-- Gain of a list with n hits at the top, summed in the same way as the gains below, so that a perfect list scores exactly 1.
ideal_gains as (
    select
        hit_counts.rank as hit_count,
        {{ stable_sum('ln(2.0) / ln(ranks.rank + 1)') }} as gain
    from ranks as hit_counts
    inner join ranks on hit_counts.rank >= ranks.rank
    group by hit_counts.rank
),

hits as (
    select
        lists.cutoff_id,
        lists.mode,
        lists.source,
        lists.customer_index,
        lists.list_rank,
        row_number() over (
            partition by lists.cutoff_id, lists.mode, lists.source, lists.customer_index
            order by lists.list_rank nulls last
        ) as hit_number
    from {{ ref('evaluated_lists') }} as lists
    inner join {{ ref('evaluation_labels') }} as labels
        on
            lists.cutoff_id = labels.cutoff_id
            and lists.mode = labels.mode
            and lists.customer_index = labels.customer_index
            and lists.product_index = labels.product_index
),

scored as (
    select
        relevant_counts.cutoff_id,
        relevant_counts.mode,
        sources.source,
        relevant_counts.customer_index,
        depths.k,
        relevant_counts.relevant_count,
        least(relevant_counts.relevant_count, depths.k) as ideal_hits,
        count(hits.list_rank) as hit_count,
        min(hits.list_rank) as first_hit_rank,
        coalesce({{ stable_sum('ln(2.0) / ln(hits.list_rank + 1)') }}, 0.0) as gain,
        coalesce({{ stable_sum('hits.hit_number / cast(hits.list_rank as double)') }}, 0.0) as precision_sum
    from relevant_counts
    inner join sources on relevant_counts.mode = sources.mode
    inner join depths on {{ is_measured('sources.source', 'depths.k') }}
    left join hits
        on
            relevant_counts.cutoff_id = hits.cutoff_id
            and relevant_counts.mode = hits.mode
            and sources.source = hits.source
            and relevant_counts.customer_index = hits.customer_index
            and depths.k >= hits.list_rank
    group by
        relevant_counts.cutoff_id,
        relevant_counts.mode,
        sources.source,
        relevant_counts.customer_index,
        depths.k,
        relevant_counts.relevant_count
)

select
    scored.cutoff_id,
    scored.mode,
    scored.source,
    known.customer_id,
    scored.k,
    customers.interaction_count > 0 as has_history,
    scored.relevant_count,
    scored.hit_count,
    scored.gain / ideal_gains.gain as ndcg_at_k,
    scored.hit_count / cast(scored.relevant_count as double) as recall_at_k,
    scored.hit_count / cast(scored.ideal_hits as double) as recall_capped_at_k,
    scored.hit_count / cast(scored.k as double) as precision_at_k,
    cast(case when scored.hit_count > 0 then 1 else 0 end as double) as hit_rate_at_k,
    coalesce(cast(1 as double) / scored.first_hit_rank, 0) as mrr_at_k,
    scored.precision_sum / scored.ideal_hits as map_at_k,
    cast(case when listed.customer_index is not null then 1 else 0 end as double) as customer_coverage_share
from scored
inner join ideal_gains on scored.ideal_hits = ideal_gains.hit_count
inner join {{ ref('cutoff_customers') }} as customers
    on
        scored.cutoff_id = customers.cutoff_id
        and scored.customer_index = customers.customer_index
inner join {{ ref('clean_customers') }} as known on scored.customer_index = known.customer_index
left join listed
    on
        scored.cutoff_id = listed.cutoff_id
        and scored.mode = listed.mode
        and scored.source = listed.source
        and scored.customer_index = listed.customer_index
