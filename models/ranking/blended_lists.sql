-- Grain: cutoff × mode × customer × product, on `test` and `live`: the list by the chosen method, as deep as it is evaluated or
-- assembled from. leading_source gives the reason: the source with the largest weighted share in the product's blend; of equal
-- ones, or where no source with a weight proposed it, the first by name, popularity before all others. Read by list_candidates
-- and evaluated_lists.
with lists as (
    select ranked.*
    from {{ ref('ranked_pool') }} as ranked
    inner join {{ ref('ranking_methods') }} as methods
        on
            ranked.mode = methods.mode
            and ranked.method = methods.method
            and methods.is_chosen
    where ranked.list_rank <= {{ [evaluation_depth(), var('list_length'), var('assembly_depth')] | max }}
),

contributions as (
    select
        lists.cutoff_id,
        lists.mode,
        lists.customer_id,
        lists.product_id,
        scores.source,
        row_number() over (
            partition by lists.cutoff_id, lists.mode, lists.customer_id, lists.product_id
            order by
                weights.weight * {{ normalised_score('weights.normalisation', 'scores') }} desc nulls last,
                case when scores.source = 'popularity' then 0 else 1 end asc nulls last,
                scores.source asc nulls last
        ) as contribution_rank
    from lists
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
)

select
    lists.cutoff_id,
    lists.mode,
    lists.customer_id,
    lists.list_rank,
    lists.product_id,
    lists.score,
    lists.rung,
    contributions.source as leading_source
from lists
inner join contributions
    on
        lists.cutoff_id = contributions.cutoff_id
        and lists.mode = contributions.mode
        and lists.customer_id = contributions.customer_id
        and lists.product_id = contributions.product_id
        and contributions.contribution_rank = 1
