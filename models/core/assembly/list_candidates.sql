-- Grain: list (test, live) × product that the list can be assembled from: the pool in the order of the chosen method, pinned
-- products, and one new product (is_new_turn) that the draw of assembled_lists favours.
-- New products are assigned in rotation: a list gets number (customer_index + days since 1970) modulo the count of new products.
-- Each new product therefore gets the same number of lists, whatever the sources score.
-- relevance rescales the score, which may be any number, to 0 for the list's last candidate and 1 for its first, so that factors
-- and diversity have the same effect under every ranking method. It is 1 if all scores are equal. A product that no source
-- proposed has no score and a relevance of 0.
-- If the seam ordered_pool is on, products exchange positions: the product at position n of that order gets the relevance of the
-- n-th best score. The relevances of a list thus stay the same, and rules, fatigue and diversity keep their effect. The score
-- does not change, so its explanation stays true.
-- If several rules pin one product, the first by rule_id counts. candidate_dispositions has the same rows and decides which
-- products may be shown. A view, because it has almost no other reader.
{{ config(materialized='view') }}
{%- set position_score = 'ordered.position_score' if seam_is_on('ordered_pool') else 'candidates.score' %}
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

new_products as (
    select
        rhythm.cutoff_id,
        rhythm.product_index,
        row_number() over (partition by rhythm.cutoff_id order by rhythm.product_index asc nulls last) - 1 as turn,
        count(*) over (partition by rhythm.cutoff_id) as new_count
    from {{ ref('product_rhythm') }} as rhythm
    inner join {{ ref('cutoff_products') }} as offered
        on
            rhythm.cutoff_id = offered.cutoff_id
            and rhythm.product_index = offered.product_index
    where rhythm.age_days <= {{ var('new_product_days') }}
),

turn_counts as (
    select
        new_products.cutoff_id,
        max(new_products.new_count) as new_count,
        max(cast(floor({{ epoch_seconds('cutoffs.cutoff_at') }} / 86400) as bigint)) as day_number
    from new_products
    inner join {{ ref('cutoffs') }} as cutoffs on new_products.cutoff_id = cutoffs.cutoff_id
    group by new_products.cutoff_id
),

turns as (
    select
        lists.list_index,
        lists.cutoff_id,
        mod(lists.customer_index + turn_counts.day_number, turn_counts.new_count) as turn
    from {{ ref('lists') }} as lists
    inner join turn_counts on lists.cutoff_id = turn_counts.cutoff_id
    where lists.purpose <> 'tune'
),

-- Products that are in a list for a reason other than a source's proposal.
added as (
    select
        list_index,
        product_index,
        max(rule_id) as rule_id,
        max(pin_position) as pin_position,
        bool_or(is_new_turn) as is_new_turn
    from (
        select
            list_index,
            product_index,
            rule_id,
            pin_position,
            false as is_new_turn
        from pins
        where choice = 1
        union all
        select
            turns.list_index,
            new_products.product_index,
            cast(null as string) as rule_id,
            cast(null as bigint) as pin_position,
            true as is_new_turn
        from turns
        inner join new_products
            on
                turns.cutoff_id = new_products.cutoff_id
                and turns.turn = new_products.turn
    ) as reasons
    group by list_index, product_index
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
        coalesce(ranked.list_index, added.list_index) as list_index,
        coalesce(ranked.product_index, added.product_index) as product_index,
        ranked.list_rank as blend_rank,
        ranked.score,
        added.rule_id as pin_rule_id,
        added.pin_position,
        coalesce(added.is_new_turn, false) as is_new_turn
    from ranked
    full outer join added
        on
            ranked.list_index = added.list_index
            and ranked.product_index = added.product_index
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
            then ({{ position_score }} - list_scores.lowest_score) / (list_scores.highest_score - list_scores.lowest_score)
        else 1.0
    end as relevance,
    lists.tier,
    candidates.pin_rule_id,
    candidates.pin_position,
    candidates.is_new_turn
from candidates
inner join {{ ref('lists') }} as lists on candidates.list_index = lists.list_index
left join list_scores on candidates.list_index = list_scores.list_index
{%- if seam_is_on('ordered_pool') %}
left join {{ seam('ordered_pool') }} as ordered
    on
        candidates.list_index = ordered.list_index
        and candidates.product_index = ordered.product_index
{%- endif %}
