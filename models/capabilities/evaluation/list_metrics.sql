-- Grain: cutoff × mode × source × customer × k, for the lists of drawn_lists. What a list is like apart from its hits; and its
-- AUC.
--
-- auc_at_k is over the whole catalogue (in discovery, what the customer hadn't seen): the chance that a relevant product stands
-- above one that isn't, where all products beyond the first k share the last place and equal places count half. So it needs the
-- ranks of hits only, no score of each customer for each product. With R relevant of N products, M = N - R others, h hits at
-- ranks r among L listed: (h M - sum of r + h (h + 1) / 2 + (R - h) (M - L + h) / 2) / (R M).
with depths as ({{ literal_rows('k', var('evaluation_ks')) }}),

seen_counts as (
    select
        strengths.cutoff_id,
        'discovery' as mode,
        strengths.customer_id,
        count(*) as seen_count
    from {{ ref('customer_product_strengths') }} as strengths
    inner join {{ ref('evaluated_products') }} as products
        on
            strengths.cutoff_id = products.cutoff_id
            and strengths.product_id = products.product_id
    group by strengths.cutoff_id, strengths.customer_id
),

described as (
    select
        lists.cutoff_id,
        lists.mode,
        lists.source,
        lists.customer_id,
        lists.list_number,
        depths.k,
        lists.relevant_count,
        max(lists.product_count) as product_count,
        count(*) as listed_count,
        count(*) filter (where lists.is_relevant) as hit_count,
        coalesce(sum(lists.list_rank) filter (where lists.is_relevant), 0) as hit_rank_sum,
        {{ stable_sum('lists.novelty') }} / count(lists.novelty) as novelty_at_k,
        {{ stable_sum('lists.popularity_quantile') }} / count(*) as popularity_quantile_at_k,
        count(*) filter (where lists.is_long_tail) / cast(count(*) as double) as long_tail_share,
        coalesce(
            sum(greatest(lists.popularity_rank - lists.list_rank, 0)) filter (where lists.is_relevant), 0
        ) / cast(max(lists.product_count) as double) / depths.k as serendipity_at_k
    from {{ ref('drawn_lists') }} as lists
    inner join depths on lists.list_rank <= depths.k
    group by lists.cutoff_id, lists.mode, lists.source, lists.customer_id, lists.list_number, depths.k, lists.relevant_count
),

catalogues as (
    select
        described.*,
        described.product_count - described.relevant_count - coalesce(seen_counts.seen_count, 0) as other_count
    from described
    left join seen_counts
        on
            described.cutoff_id = seen_counts.cutoff_id
            and described.mode = seen_counts.mode
            and described.customer_id = seen_counts.customer_id
)

select
    catalogues.cutoff_id,
    catalogues.mode,
    catalogues.source,
    catalogues.customer_id,
    catalogues.k,
    catalogues.listed_count,
    catalogues.novelty_at_k,
    catalogues.popularity_quantile_at_k,
    catalogues.long_tail_share,
    catalogues.serendipity_at_k,
    diversities.intra_list_diversity,
    (
        catalogues.hit_count * catalogues.other_count
        - catalogues.hit_rank_sum
        + catalogues.hit_count * (catalogues.hit_count + 1) / 2.0
        + (catalogues.relevant_count - catalogues.hit_count)
        * (catalogues.other_count - catalogues.listed_count + catalogues.hit_count) / 2.0
    ) / nullif(cast(catalogues.relevant_count * catalogues.other_count as double), 0) as auc_at_k
from catalogues
left join {{ ref('list_diversities') }} as diversities
    on
        catalogues.list_number = diversities.list_number
        and catalogues.k = diversities.k
