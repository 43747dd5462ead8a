-- Grain: cutoff × customer × product that is served × part of its score. The parts add up to the score. A part is a source that
-- proposed the product, if only with 0; what else the learned ranker looked at, a family of the seed ranker_features; or `base`,
-- what the score starts from:
--   weighted  weight × normalised score of each source
--   stacked   ranker_blend_scale × that, and what each column adds on the way through the trees: a source's own columns go to
--             the source, even if it didn't propose the product, the others to their family; base is what the trees give the
--             average product
--   cascade   the shares of the retrieving source and of content; base is the stage, or the place where nothing was retrieved
with proposals as (
    select
        served.cutoff_id,
        served.customer_index,
        served.product_index,
        served.method,
        sources.source,
        served.cascade_score,
        {{ array_element('served.source_parts', 'sources.place') }} as weighted_part,
        {{ array_element('served.log_ranks', 'sources.place') }} as log_rank,
        sources.cascade_share,
        sources.retrieval_depth is not null as is_retrieval,
        max(
            case
                when sources.retrieval_depth is not null
                    then sources.cascade_share * {{ array_element('served.log_ranks', 'sources.place') }}
            end
        ) over (partition by served.list_index, served.product_index) as retrieval_part
    from {{ ref('explained_lists') }} as served
    inner join {{ ref('candidate_sources') }} as sources
        on {{ array_element('served.log_ranks', 'sources.place') }} > 0
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
                then case
                    when cascade_score >= 3 and is_retrieval then cascade_share * log_rank
                    when cascade_score >= 3 and cascade_share > 0 then cascade_score - 3 - retrieval_part
                    when is_retrieval then log_rank
                    else 0
                end
        end as contribution
    from proposals
    union all
    select
        cutoff_id,
        customer_index,
        product_index,
        'base' as part,
        0 as is_proposal,
        case when cascade_score >= 2 then floor(least(cascade_score, 3)) else cascade_score end as contribution
    from {{ ref('explained_lists') }}
    where method = 'cascade' and cascade_score is not null
    union all
    select
        served.cutoff_id,
        served.customer_index,
        served.product_index,
        ranker_columns.part,
        0 as is_proposal,
        {{ array_element('trees.contributions', 'ranker_columns.place') }} as contribution
    from {{ ref('ranker_contributions') }} as trees
    inner join {{ ref('explained_lists') }} as served
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
    inner join {{ ref('explained_lists') }} as served
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
