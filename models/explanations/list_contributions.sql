-- Grain: cutoff × customer × product that is served × part of its score. The parts add up to the score. A part is a source that
-- proposed the product, if only with 0; what else the learned ranker looked at, a family of ranker_features; or `base`, what the
-- score starts from:
--   weighted  weight × normalised score of each source
--   stacked   ranker_blend_scale × that, and the exact SHAP values of the trees: those of a source's own columns go to the
--             source, even if it didn't propose the product, the others to their family; base is what the trees give the
--             average product
--   cascade   the shares of the retrieving source and of content; base is the stage, or the place where nothing was retrieved
-- Read by product_evidence and recommendation_reasons.
with proposals as (
    select
        lists.cutoff_id,
        lists.mode,
        lists.customer_id,
        lists.product_id,
        lists.method,
        scores.source,
        scores.min_max_score,
        {{ normalisations('scores').log_rank }} as log_rank_score,
        weights.weight * {{ normalised_score('weights.normalisation', 'scores') }} as weighted_part,
        min(case when scores.source = '{{ var("cascade_retrieval") }}' then scores.source_rank end) over (
            partition by lists.cutoff_id, lists.customer_id, lists.product_id
        ) as retrieval_rank
    from {{ ref('explained_lists') }} as lists
    inner join {{ ref('candidate_scores') }} as scores
        on
            lists.cutoff_id = scores.cutoff_id
            and lists.mode = scores.mode
            and lists.customer_id = scores.customer_id
            and lists.product_id = scores.product_id
    inner join {{ ref('customer_weights') }} as weights
        on
            lists.cutoff_id = weights.cutoff_id
            and lists.mode = weights.mode
            and lists.customer_id = weights.customer_id
            and scores.source = weights.source
),

ranker_columns as (
    {%- for name in ranker_parts() %}
    select
        {{ loop.index }} as place,
        '{{ name }}' as part
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

parts as (
    select
        cutoff_id,
        customer_id,
        product_id,
        source as part,
        1 as is_proposal,
        case method
            when 'weighted' then weighted_part
            when 'stacked' then {{ var('ranker_blend_scale') }} * weighted_part
            when 'cascade'
                then
                    case
                        when source <> '{{ var("cascade_retrieval") }}' then 0
                        when retrieval_rank <= {{ var('cascade_depth') }} then 1 - {{ var('cascade_content_share') }}
                        else 1
                    end * log_rank_score
                    + case
                        when source = 'content' and retrieval_rank <= {{ var('cascade_depth') }}
                            then {{ var('cascade_content_share') }}
                        else 0
                    end * min_max_score
        end as contribution
    from proposals
    union all
    select
        proposals.cutoff_id,
        proposals.customer_id,
        proposals.product_id,
        'base' as part,
        0 as is_proposal,
        case
            when min(proposals.retrieval_rank) <= {{ var('cascade_depth') }} then 3
            when min(proposals.retrieval_rank) is not null then 2
            else cast(1 as double) / min(pool.pool_rank)
        end as contribution
    from proposals
    inner join {{ ref('pool') }} as pool
        on
            proposals.cutoff_id = pool.cutoff_id
            and proposals.mode = pool.mode
            and proposals.customer_id = pool.customer_id
            and proposals.product_id = pool.product_id
    where proposals.method = 'cascade'
    group by proposals.cutoff_id, proposals.customer_id, proposals.product_id
    union all
    select
        trees.cutoff_id,
        trees.customer_id,
        trees.product_id,
        ranker_columns.part,
        0 as is_proposal,
        {{ array_element('trees.contributions', 'ranker_columns.place') }} as contribution
    from {{ ref('ranker_contributions') }} as trees
    cross join ranker_columns
    union all
    select
        cutoff_id,
        customer_id,
        product_id,
        'base' as part,
        0 as is_proposal,
        base as contribution
    from {{ ref('ranker_contributions') }}
)

select
    cutoff_id,
    customer_id,
    product_id,
    part,
    {{ stable_sum('contribution') }} as contribution,
    max(is_proposal) = 1 as is_proposal
from parts
group by cutoff_id, customer_id, product_id, part
