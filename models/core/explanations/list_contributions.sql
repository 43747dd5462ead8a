-- Grain: cutoff × customer × product that is served × part of its score. The parts add up to the score. A part is a source that
-- proposed the product, if only with 0; what else the learned ranker looked at, a family of the seed ranker_features; or `base`,
-- what the score starts from:
--   weighted  weight × normalised score of each source
--   stacked   ranker_blend_scale × that, and the exact SHAP values of the trees: those of a source's own columns go to the
--             source, even if it didn't propose the product, the others to their family; base is what the trees give the
--             average product
--   cascade   the shares of the retrieving source and of content; base is the stage, or the place where nothing was retrieved
with served as (
    select
        list_index,
        product_index,
        cutoff_id,
        customer_index,
        method
    from {{ ref('explained_lists') }}
),

proposals as (
    select
        served.list_index,
        served.product_index,
        served.cutoff_id,
        served.customer_index,
        served.method,
        scores.source,
        scores.min_max_score,
        {{ normalisations('scores').log_rank }} as log_rank_score,
        weights.weight * {{ normalised_score('weights.normalisation', 'scores') }} as weighted_part,
        min(case when scores.source = '{{ cascade().retrieval }}' then scores.source_rank end) over (
            partition by served.list_index, served.product_index
        ) as retrieval_rank
    from served
    inner join {{ ref('candidate_scores') }} as scores
        on
            served.list_index = scores.list_index
            and served.product_index = scores.product_index
    inner join {{ ref('customer_weights') }} as weights
        on
            served.list_index = weights.list_index
            and scores.source = weights.source
),

ranker_columns as (
    select
        row_number() over (order by features.place nulls last, sources.place nulls last) as place,
        coalesce(sources.source, features.family) as part
    from {{ ref('ranker_features') }} as features
    left join {{ ref('candidate_sources') }} as sources on features.is_per_source
),

parts as (
    select
        cutoff_id,
        customer_index,
        product_index,
        source as part,
        1 as is_proposal,
        case method
            when 'weighted' then weighted_part
            when 'stacked' then {{ var('ranker_blend_scale') }} * weighted_part
            when 'cascade'
                then
                    case
                        when source <> '{{ cascade().retrieval }}' then 0
                        when retrieval_rank <= {{ cascade().depth }} then 1 - {{ cascade().content_share }}
                        else 1
                    end * log_rank_score
                    + case
                        when source = 'content' and retrieval_rank <= {{ cascade().depth }}
                            then {{ cascade().content_share }}
                        else 0
                    end * min_max_score
        end as contribution
    from proposals
    union all
    select
        proposals.cutoff_id,
        proposals.customer_index,
        proposals.product_index,
        'base' as part,
        0 as is_proposal,
        case
            when min(proposals.retrieval_rank) <= {{ cascade().depth }} then 3
            when min(proposals.retrieval_rank) is not null then 2
            else cast(1 as double) / min(pool.pool_rank)
        end as contribution
    from proposals
    inner join {{ ref('pool') }} as pool
        on
            proposals.list_index = pool.list_index
            and proposals.product_index = pool.product_index
    where proposals.method = 'cascade'
    group by proposals.cutoff_id, proposals.customer_index, proposals.product_index
    union all
    select
        served.cutoff_id,
        served.customer_index,
        served.product_index,
        ranker_columns.part,
        0 as is_proposal,
        {{ array_element('trees.contributions', 'ranker_columns.place') }} as contribution
    from {{ ref('ranker_contributions') }} as trees
    inner join served
        on
            trees.list_index = served.list_index
            and trees.product_index = served.product_index
    cross join ranker_columns
    union all
    select
        served.cutoff_id,
        served.customer_index,
        served.product_index,
        'base' as part,
        0 as is_proposal,
        trees.base as contribution
    from {{ ref('ranker_contributions') }} as trees
    inner join served
        on
            trees.list_index = served.list_index
            and trees.product_index = served.product_index
)

select
    cutoff_id,
    customer_index,
    product_index,
    part,
    {{ stable_sum('contribution') }} as contribution,
    max(is_proposal) = 1 as is_proposal
from parts
group by cutoff_id, customer_index, product_index, part
