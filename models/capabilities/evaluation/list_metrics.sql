-- Grain: cutoff × mode × source × customer × k, for the lists of sampled_lists: beyond-accuracy metrics and AUC.
--
-- auc_at_k covers the whole catalogue (in discovery, the products new to the customer). It is the probability that a relevant
-- product ranks above a non-relevant one, where all products beyond the first k tie at the last position and ties count half. It
-- therefore needs only the ranks of hits, not a score of every product for every customer. With R relevant of N products, M = N -
-- R others, and h hits at ranks r among L listed products: (h M - sum of r + h (h + 1) / 2 + (R - h) (M - L + h) / 2) / (R M).
--
-- intra_list_diversity sums cosines without pairs: the pairwise cosines of n unit vectors sum to (|sum of the vectors|² - n) / 2.
-- Products without words are left out. Unit vectors are decimals, so that sums do not depend on the row order. Values that
-- rounding makes negative become 0.
{%- set ks = evaluation_ks() %}
with depths as ({{ literal_rows('k', ks) }}),

seen_counts as (
    select
        strengths.cutoff_id,
        'discovery' as mode,
        strengths.customer_index,
        count(*) as seen_count
    from {{ ref('customer_product_strengths') }} as strengths
    inner join {{ ref('evaluated_products') }} as products
        on
            strengths.cutoff_id = products.cutoff_id
            and strengths.product_index = products.product_index
    group by strengths.cutoff_id, strengths.customer_index
),

lengths as (
    select
        terms.cutoff_id,
        terms.product_index,
        sqrt({{ stable_sum('terms.weight * terms.weight') }}) as vector_length
    from {{ ref('product_terms') }} as terms
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            terms.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'test'
    group by terms.cutoff_id, terms.product_index
),

described as (
    select
        lists.cutoff_id,
        lists.mode,
        lists.source,
        lists.customer_index,
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
        ) / cast(max(lists.product_count) as double) / depths.k as serendipity_at_k,
        count(lengths.vector_length) as worded_count
    from {{ ref('sampled_lists') }} as lists
    inner join depths
        on
            lists.list_rank <= depths.k
            and {{ is_measured('lists.source', 'depths.k') }}
    left join lengths
        on
            lists.cutoff_id = lengths.cutoff_id
            and lists.product_index = lengths.product_index
    group by
        lists.cutoff_id,
        lists.mode,
        lists.source,
        lists.customer_index,
        lists.customer_id,
        lists.list_number,
        depths.k,
        lists.relevant_count
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
            and described.customer_index = seen_counts.customer_index
),

unit_vectors as (
    select
        terms.cutoff_id,
        terms.product_index,
        terms.term_index,
        cast(terms.weight / lengths.vector_length as decimal(16, 15)) as weight
    from {{ ref('product_terms') }} as terms
    inner join lengths
        on
            terms.cutoff_id = lengths.cutoff_id
            and terms.product_index = lengths.product_index
),

vector_sums as (
    select
        lists.list_number,
        {%- for k in ks %}
        cast(sum(unit_vectors.weight) filter (where lists.list_rank <= {{ k }}) as double) as weight_{{ k }},
        {%- endfor %}
        unit_vectors.term_index
    from {{ ref('sampled_lists') }} as lists
    inner join unit_vectors
        on
            lists.cutoff_id = unit_vectors.cutoff_id
            and lists.product_index = unit_vectors.product_index
    group by lists.list_number, unit_vectors.term_index
),

squared_sums as (
    select
        {%- for k in ks %}
        {{ stable_sum('weight_' ~ k ~ ' * weight_' ~ k) }} as squares_{{ k }},
        {%- endfor %}
        list_number
    from vector_sums
    group by list_number
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
    case
        when catalogues.worded_count > 1
            then
                greatest(
                    1 - (
                        case catalogues.k
                            {%- for k in ks %}
                            when {{ k }} then squared_sums.squares_{{ k }}
                            {%- endfor %}
                        end - catalogues.worded_count
                    ) / (catalogues.worded_count * (catalogues.worded_count - 1.0)),
                    0.0
                )
    end as intra_list_diversity,
    (
        catalogues.hit_count * catalogues.other_count
        - catalogues.hit_rank_sum
        + catalogues.hit_count * (catalogues.hit_count + 1) / 2.0
        + (catalogues.relevant_count - catalogues.hit_count)
        * (catalogues.other_count - catalogues.listed_count + catalogues.hit_count) / 2.0
    ) / nullif(cast(catalogues.relevant_count * catalogues.other_count as double), 0) as auc_at_k
from catalogues
left join squared_sums on catalogues.list_number = squared_sums.list_number
