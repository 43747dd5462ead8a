-- Grain: list (test, live) × product a list is assembled from: the assembly_depth best by the chosen method, and what rules pin.
-- relevance puts the score, which may be any number, between 0 for the list's last candidate and 1 for its first, so that factors
-- and diversity mean the same under every ranking method; where all score alike it is 1. A pinned product no source proposed
-- has no score, and a relevance of 0.
with ranked as (
    select
        list_index,
        product_index,
        list_rank,
        score
    from {{ ref('ranked_pool') }}
    where is_chosen and list_rank <= {{ var('assembly_depth') }}
),

pinned as (
    select
        lists.list_index,
        pins.product_index,
        pins.rule_id,
        pins.pin_position
    from {{ ref('pinned_products') }} as pins
    inner join {{ ref('lists') }} as lists
        on
            pins.cutoff_id = lists.cutoff_id
            and pins.mode = lists.mode
            and pins.customer_index = lists.customer_index
),

list_scores as (
    select
        list_index,
        min(score) as lowest_score,
        max(score) as highest_score
    from ranked
    group by list_index
),

candidates as (
    select
        coalesce(ranked.list_index, pinned.list_index) as list_index,
        coalesce(ranked.product_index, pinned.product_index) as product_index,
        ranked.list_rank as blend_rank,
        ranked.score,
        pinned.rule_id as pin_rule_id,
        pinned.pin_position
    from ranked
    full outer join pinned
        on
            ranked.list_index = pinned.list_index
            and ranked.product_index = pinned.product_index
)

select
    candidates.list_index,
    candidates.product_index,
    lists.cutoff_id,
    lists.mode,
    lists.customer_index,
    candidates.blend_rank,
    candidates.score,
    case
        when candidates.score is null then 0.0
        when list_scores.highest_score > list_scores.lowest_score
            then (candidates.score - list_scores.lowest_score) / (list_scores.highest_score - list_scores.lowest_score)
        else 1.0
    end as relevance,
    lists.rung,
    candidates.pin_rule_id,
    candidates.pin_position
from candidates
inner join {{ ref('lists') }} as lists on candidates.list_index = lists.list_index
left join list_scores on candidates.list_index = list_scores.list_index
