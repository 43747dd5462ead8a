-- Grain: cutoff (test, live) × mode × customer × product a list is assembled from: the assembly_depth best of the
-- blend, and what rules pin. relevance puts the score, which may be any number, between 0 for the list's last candidate
-- and 1 for its first, so that factors and diversity mean the same under every ranking method; where all score alike it
-- is 1. A pinned product nobody proposed has no score, and a relevance of 0. list_index is that of lists: the steps
-- that follow go over all candidates again and again, and on numbers take a tenth of the time.
with blended as (
    select *
    from {{ ref('blended_lists') }}
    where list_rank <= {{ var('assembly_depth') }}
),

list_scores as (
    select
        cutoff_id,
        mode,
        customer_id,
        min(score) as lowest_score,
        max(score) as highest_score
    from (
        select
            cutoff_id,
            mode,
            customer_id,
            score
        from blended
        union all
        select
            cutoff_id,
            mode,
            customer_id,
            cast(null as double) as score
        from {{ ref('pinned_products') }}
    ) as proposed
    group by cutoff_id, mode, customer_id
),

numbered as (
    select
        lists.list_index,
        lists.rung,
        list_scores.*
    from list_scores
    inner join {{ ref('lists') }} as lists
        on
            list_scores.cutoff_id = lists.cutoff_id
            and list_scores.mode = lists.mode
            and list_scores.customer_id = lists.customer_id
),

pinned_outsiders as (
    select pinned.*
    from {{ ref('pinned_products') }} as pinned
    left join blended
        on
            pinned.cutoff_id = blended.cutoff_id
            and pinned.mode = blended.mode
            and pinned.customer_id = blended.customer_id
            and pinned.product_id = blended.product_id
    where blended.product_id is null
),

candidates as (
    select
        blended.cutoff_id,
        blended.mode,
        blended.customer_id,
        blended.product_id,
        blended.list_rank as blend_rank,
        blended.score,
        pinned.rule_id as pin_rule_id,
        pinned.pin_position
    from blended
    left join {{ ref('pinned_products') }} as pinned
        on
            blended.cutoff_id = pinned.cutoff_id
            and blended.mode = pinned.mode
            and blended.customer_id = pinned.customer_id
            and blended.product_id = pinned.product_id
    union all
    select
        cutoff_id,
        mode,
        customer_id,
        product_id,
        cast(null as bigint) as blend_rank,
        cast(null as double) as score,
        rule_id as pin_rule_id,
        pin_position
    from pinned_outsiders
)

select
    numbered.list_index,
    products.product_index,
    candidates.cutoff_id,
    candidates.mode,
    candidates.customer_id,
    candidates.product_id,
    candidates.blend_rank,
    candidates.score,
    case
        when candidates.score is null then 0.0
        when numbered.highest_score > numbered.lowest_score
            then (candidates.score - numbered.lowest_score) / (numbered.highest_score - numbered.lowest_score)
        else 1.0
    end as relevance,
    numbered.rung,
    candidates.pin_rule_id,
    candidates.pin_position
from candidates
inner join numbered
    on
        candidates.cutoff_id = numbered.cutoff_id
        and candidates.mode = numbered.mode
        and candidates.customer_id = numbered.customer_id
inner join {{ ref('clean_products') }} as products on candidates.product_id = products.product_id
