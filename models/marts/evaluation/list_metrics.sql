-- Grain: cutoff × mode × source × customer × k, on the test cutoffs, for list_metric_customers of the customers with something
-- relevant, drawn by a hash of the id, who got a list from the source. What a list is like apart from its hits; and its AUC.
-- Lossy: customers beyond the draw. Read by bootstrap_sums.
--
-- auc_at_k is over the whole catalogue (in discovery, what the customer hadn't seen): the chance that a relevant product stands
-- above one that isn't, where all products beyond the first k share the last place and equal places count half. So it needs the
-- ranks of hits only, no score of each customer for each product. With R relevant of N products, M = N - R others, h hits at
-- ranks r among L listed: (h M - sum of r + h (h + 1) / 2 + (R - h) (M - L + h) / 2) / (R M).
--
-- Cosines are added up without pairs: of n unit vectors they sum to (|sum of the vectors|² - n) / 2. Products without words are
-- left out. Unit vectors are decimals, so that sums don't depend on the order of rows; what their rounding puts below 0 is 0.
{%- set ks = var('evaluation_ks') %}
with relevant_counts as (
    select
        cutoff_id,
        mode,
        customer_id,
        count(*) as relevant_count,
        dense_rank() over (
            partition by cutoff_id order by md5(customer_id) asc nulls last, customer_id asc nulls last
        ) as draw
    from {{ ref('evaluation_labels') }}
    group by cutoff_id, mode, customer_id
),

drawn as (
    select
        cutoff_id,
        mode,
        customer_id,
        relevant_count
    from relevant_counts
    where draw <= {{ var('list_metric_customers') }}
),

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

lists as (
    select
        lists.cutoff_id,
        lists.mode,
        lists.source,
        lists.customer_id,
        lists.list_rank,
        drawn.relevant_count,
        products.product_count,
        products.product_index,
        products.popularity_rank,
        products.popularity_quantile,
        products.novelty,
        products.is_long_tail,
        labels.product_id is not null as is_relevant
    from {{ ref('evaluated_lists') }} as lists
    inner join drawn
        on
            lists.cutoff_id = drawn.cutoff_id
            and lists.mode = drawn.mode
            and lists.customer_id = drawn.customer_id
    inner join {{ ref('evaluated_products') }} as products
        on
            lists.cutoff_id = products.cutoff_id
            and lists.product_id = products.product_id
    left join {{ ref('evaluation_labels') }} as labels
        on
            lists.cutoff_id = labels.cutoff_id
            and lists.mode = labels.mode
            and lists.customer_id = labels.customer_id
            and lists.product_id = labels.product_id
),

depths as ({{ literal_rows('k', ks) }}),

described as (
    select
        lists.cutoff_id,
        lists.mode,
        lists.source,
        lists.customer_id,
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
    from lists
    inner join depths on lists.list_rank <= depths.k
    group by lists.cutoff_id, lists.mode, lists.source, lists.customer_id, depths.k, lists.relevant_count
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

list_numbers as (
    select
        cutoff_id,
        mode,
        source,
        customer_id,
        row_number() over (
            order by cutoff_id nulls last, mode nulls last, source nulls last, customer_id nulls last
        ) as list_number
    from lists
    group by cutoff_id, mode, source, customer_id
),

worded as (
    select
        list_numbers.list_number,
        lists.cutoff_id,
        lists.product_index,
        lists.list_rank
    from lists
    inner join list_numbers
        on
            lists.cutoff_id = list_numbers.cutoff_id
            and lists.mode = list_numbers.mode
            and lists.source = list_numbers.source
            and lists.customer_id = list_numbers.customer_id
    inner join lengths
        on
            lists.cutoff_id = lengths.cutoff_id
            and lists.product_index = lengths.product_index
),

worded_counts as (
    select
        worded.list_number,
        depths.k,
        count(*) as worded_count
    from worded
    inner join depths on worded.list_rank <= depths.k
    group by worded.list_number, depths.k
),

vector_sums as (
    select
        worded.list_number,
        {%- for k in ks %}
        cast(sum(unit_vectors.weight) filter (where worded.list_rank <= {{ k }}) as double) as weight_{{ k }},
        {%- endfor %}
        unit_vectors.term_index
    from worded
    inner join unit_vectors
        on
            worded.cutoff_id = unit_vectors.cutoff_id
            and worded.product_index = unit_vectors.product_index
    group by worded.list_number, unit_vectors.term_index
),

squared_sums as (
    select
        {%- for k in ks %}
        {{ stable_sum('weight_' ~ k ~ ' * weight_' ~ k) }} as squares_{{ k }},
        {%- endfor %}
        list_number
    from vector_sums
    group by list_number
),

diversities as (
    select
        list_numbers.cutoff_id,
        list_numbers.mode,
        list_numbers.source,
        list_numbers.customer_id,
        worded_counts.k,
        case
            when worded_counts.worded_count > 1
                then
                    greatest(
                        1 - (
                            case worded_counts.k
                                {%- for k in ks %}
                                when {{ k }} then squared_sums.squares_{{ k }}
                                {%- endfor %}
                            end - worded_counts.worded_count
                        ) / (worded_counts.worded_count * (worded_counts.worded_count - 1.0)),
                        0.0
                    )
        end as intra_list_diversity
    from squared_sums
    inner join worded_counts on squared_sums.list_number = worded_counts.list_number
    inner join list_numbers on squared_sums.list_number = list_numbers.list_number
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
left join diversities
    on
        catalogues.cutoff_id = diversities.cutoff_id
        and catalogues.mode = diversities.mode
        and catalogues.source = diversities.source
        and catalogues.customer_id = diversities.customer_id
        and catalogues.k = diversities.k
