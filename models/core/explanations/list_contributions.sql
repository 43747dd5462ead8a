-- Grain: cutoff × customer × product that is served × part of its score. The parts add up to the score. A part is a source that
-- proposed the product, if only with 0; what else the learned ranker looked at, a family of the seed ranker_features; or `base`,
-- what the score starts from:
--   weighted  weight × normalised score of each source
--   stacked   ranker_blend_scale × that, and what each column adds on the way through the trees: a source's own columns go to
--             the source, even if it didn't propose the product, the others to their family; base is what the trees give the
--             average product
--   cascade   the shares of the retrieving source and of content; base is the stage, or the place where nothing was retrieved
with sources as (
    select
        place,
        source as part,
        cascade_share,
        retrieval_depth is not null as is_retrieval
    from {{ ref('candidate_sources') }}
),

retrieval as (
    select
        max(case when is_retrieval then place end) as place,
        max(case when is_retrieval then cascade_share end) as cascade_share,
        count(*) as source_count
    from sources
),

families as (
    select
        family as part,
        row_number() over (order by min(place) asc nulls last) as place
    from {{ ref('ranker_features') }}
    where not is_per_source
    group by family
),

explained as (
    select
        lists.cutoff_id,
        lists.customer_index,
        lists.product_index,
        lists.method,
        lists.cascade_score,
        lists.source_parts,
        lists.log_ranks,
        retrieval.cascade_share * {{ array_element('lists.log_ranks', 'retrieval.place') }} as retrieval_part,
        retrieval.source_count,
        trees.contributions as tree_parts,
        trees.base
    from {{ ref('explained_lists') }} as lists
    cross join retrieval
    left join {{ ref('ranker_contributions') }} as trees
        on
            lists.list_index = trees.list_index
            and lists.product_index = trees.product_index
),

of_sources as (
    select
        explained.*,
        sources.part,
        sources.cascade_share,
        sources.is_retrieval,
        {{ array_element('explained.source_parts', 'sources.place') }} as weighted_part,
        {{ array_element('explained.log_ranks', 'sources.place') }} as log_rank,
        {{ array_element('explained.tree_parts', 'sources.place') }} as tree_part
    from explained
    cross join sources
)

select
    cutoff_id,
    customer_index,
    product_index,
    part,
    cast(
        case
            when method = 'weighted' then weighted_part
            when method = 'stacked' then {{ var('ranker_blend_scale') }} * weighted_part + tree_part
            when cascade_score >= 3 and is_retrieval then cascade_share * log_rank
            when cascade_score >= 3 and cascade_share > 0 then cascade_score - 3 - retrieval_part
            when is_retrieval then log_rank
            else 0
        end as double
    ) as contribution,
    log_rank > 0 as is_proposal
from of_sources
where log_rank > 0 or tree_part <> 0
union all
select
    explained.cutoff_id,
    explained.customer_index,
    explained.product_index,
    families.part,
    {{ array_element('explained.tree_parts', 'explained.source_count + families.place') }} as contribution,
    false as is_proposal
from explained
cross join families
where explained.tree_parts is not null
union all
select
    cutoff_id,
    customer_index,
    product_index,
    'base' as part,
    cast(
        case
            when method = 'stacked' then base
            when cascade_score >= 2 then floor(least(cascade_score, 3))
            else cascade_score
        end as double
    ) as contribution,
    false as is_proposal
from explained
where base is not null or (method = 'cascade' and cascade_score is not null)
