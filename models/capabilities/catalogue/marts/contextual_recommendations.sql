-- Grain: customer × context × cell × rank at `live`: the customer's list for a place, time or device. The model rescores the
-- pool_depth candidates with the highest adjusted scores in assembly that may be shown to the customer. Products withheld by
-- availability, a dislike, the repeat policy, fatigue or a business rule appear in no contextual list. A product that a rule
-- excludes in a country does not appear in the cells of that country. A lift of e in the cell adds lift_weight times the spread
-- of the customer's scores. Every customer has the same cells, and no number depends on the customer's usual context: missing
-- rows, or lifts relative to the usual cell, would reveal the customer's country.
{%- set pool_depth, lift_weight, list_length = 30, 0.1, 5 %}   {#- products, share of the spread, products #}
with ranked_candidates as (
    select
        candidates.customer_index,
        candidates.product_index,
        candidates.adjusted_score as score,
        row_number() over (
            partition by candidates.list_index
            order by
                candidates.adjusted_score desc nulls last,
                candidates.blend_rank asc nulls last,
                candidates.product_index asc nulls last
        ) as list_rank
    from {{ ref('candidate_dispositions') }} as candidates
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            candidates.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    where candidates.withheld_reason is null
),

usual_lists as (
    select *
    from ranked_candidates
    where list_rank <= {{ pool_depth }}
),

spreads as (
    select
        customer_index,
        max(score) - min(score) as spread
    from usual_lists
    group by customer_index
),

excluded as (
    select distinct
        upper(rules.country) as country,
        rule_products.product_index
    from {{ ref('active_rules') }} as rules
    inner join {{ ref('rule_products') }} as rule_products
        on
            rules.cutoff_id = rule_products.cutoff_id
            and rules.rule_id = rule_products.rule_id
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            rules.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    where rules.action = 'exclude'
),

scored as (
    select
        usual_lists.customer_index,
        lifts.context,
        lifts.cell,
        usual_lists.product_index,
        usual_lists.list_rank as usual_rank,
        lifts.log_lift,
        usual_lists.score + {{ lift_weight }} * spreads.spread * lifts.log_lift as score
    from usual_lists
    inner join spreads on usual_lists.customer_index = spreads.customer_index
    inner join {{ ref('contextual_lifts') }} as lifts on usual_lists.product_index = lifts.product_index
    left join excluded
        on
            usual_lists.product_index = excluded.product_index
            and {{ cell_has('lifts.cell', 'excluded.country') }}
    where excluded.product_index is null
),

ranked as (
    select
        *,
        row_number() over (
            partition by customer_index, context, cell order by score desc nulls last, usual_rank asc nulls last
        ) as cell_rank
    from scored
)

select
    customers.customer_id,
    ranked.context,
    ranked.cell,
    cast(ranked.cell_rank as integer) as rank,
    products.product_id,
    ranked.score,
    exp(ranked.log_lift) as lift,
    ranked.usual_rank,
    as_of.as_of
from ranked
inner join {{ ref('clean_customers') }} as customers on ranked.customer_index = customers.customer_index
inner join {{ ref('clean_products') }} as products on ranked.product_index = products.product_index
cross join {{ ref('as_of') }} as as_of
where ranked.cell_rank <= {{ list_length }}
