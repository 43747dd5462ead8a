-- Grain: cutoff (test, live) × mode × customer × product a list is assembled from: the assembly_depth best of the blend, and what
-- rules pin. relevance puts the score, which may be any number, between 0 for the list's last candidate and 1 for its first, so
-- that factors and diversity mean the same under every ranking method; where all score alike it is 1. A pinned product nobody
-- proposed has neither score nor source, and a relevance of 0. Read by candidate_rules, candidate_fates and assembled_lists.
with blended as (
    select
        lists.*,
        min(lists.score) over (partition by lists.cutoff_id, lists.mode, lists.customer_id) as lowest_score,
        max(lists.score) over (partition by lists.cutoff_id, lists.mode, lists.customer_id) as highest_score
    from {{ ref('blended_lists') }} as lists
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            lists.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose <> 'tune'
    where lists.list_rank <= {{ var('assembly_depth') }}
)

select
    blended.cutoff_id,
    blended.mode,
    blended.customer_id,
    blended.product_id,
    blended.list_rank as blend_rank,
    blended.score,
    case
        when blended.highest_score > blended.lowest_score
            then (blended.score - blended.lowest_score) / (blended.highest_score - blended.lowest_score)
        else 1.0
    end as relevance,
    blended.rung,
    blended.leading_source,
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
    pinned.cutoff_id,
    pinned.mode,
    pinned.customer_id,
    pinned.product_id,
    cast(null as bigint) as blend_rank,
    cast(null as double) as score,
    0.0 as relevance,
    customers.rung,
    cast(null as string) as leading_source,
    pinned.rule_id as pin_rule_id,
    pinned.pin_position
from {{ ref('pinned_products') }} as pinned
inner join {{ ref('cutoff_customers') }} as customers
    on
        pinned.cutoff_id = customers.cutoff_id
        and pinned.customer_id = customers.customer_id
left join blended
    on
        pinned.cutoff_id = blended.cutoff_id
        and pinned.mode = blended.mode
        and pinned.customer_id = blended.customer_id
        and pinned.product_id = blended.product_id
where blended.product_id is null
