-- Grain: list (test, live) × product a list is assembled from: the pool in the order of the chosen method, and what rules pin.
-- relevance puts the score, which may be any number, between 0 for the list's last candidate and 1 for its first, so that factors
-- and diversity mean the same under every ranking method; where all score alike it is 1. A pinned product no source proposed
-- has no score, and a relevance of 0. Where several rules pin one product, the first by rule_id counts. Whether a product may be
-- shown is decided in candidate_dispositions, which holds the same rows. A view: hardly anything else reads it.
{{ config(materialized='view') }}
with ranked as (
    select
        list_index,
        product_index,
        list_rank,
        score
    from {{ ref('ranked_pool') }}
    where is_chosen
),

pins as (
    select
        lists.list_index,
        rule_products.product_index,
        rules.rule_id,
        cast(rules.amount as bigint) as pin_position,
        row_number() over (
            partition by lists.list_index, rule_products.product_index
            order by rules.rule_id nulls last
        ) as choice
    from {{ ref('active_rules') }} as rules
    inner join {{ ref('rule_products') }} as rule_products
        on
            rules.cutoff_id = rule_products.cutoff_id
            and rules.rule_id = rule_products.rule_id
    inner join {{ ref('rule_customers') }} as rule_customers
        on
            rules.cutoff_id = rule_customers.cutoff_id
            and rules.rule_id = rule_customers.rule_id
    inner join {{ ref('lists') }} as lists
        on
            rule_customers.cutoff_id = lists.cutoff_id
            and rule_customers.customer_index = lists.customer_index
    where rules.action = 'pin'
),

pinned as (
    select
        list_index,
        product_index,
        rule_id,
        pin_position
    from pins
    where choice = 1
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
