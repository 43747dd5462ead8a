-- Grain: cutoff × mode × customer × product, as many ranks as lists are assembled from or evaluated. score is the weighted sum of the
-- sources' normalised scores, so the sources' contributions add up to it exactly; leading_source is the largest of them and
-- gives the reason. Equal scores go by popularity, then by product_id; so a list whose weighted sources run dry is filled
-- with what is popular. Read by list_candidates and evaluated_lists.
with contributions as (
    select
        scores.cutoff_id,
        scores.mode,
        scores.customer_id,
        scores.product_id,
        customers.rung,
        scores.source,
        scores.normalised_score,
        weights.weight * scores.normalised_score as contribution,
        max(weights.weight * scores.normalised_score) over (
            partition by scores.cutoff_id, scores.mode, scores.customer_id, scores.product_id
        ) as highest_contribution
    from {{ ref('candidate_scores') }} as scores
    inner join {{ ref('cutoff_customers') }} as customers
        on
            scores.cutoff_id = customers.cutoff_id
            and scores.customer_id = customers.customer_id
    inner join {{ ref('blend_weights') }} as weights
        on
            scores.mode = weights.mode
            and customers.rung = weights.rung
            and scores.source = weights.source
),

blended as (
    select
        cutoff_id,
        mode,
        customer_id,
        rung,
        product_id,
        {{ stable_sum('contribution') }} as score,
        case
            when max(contribution) > 0 then min(source) filter (where contribution = highest_contribution)
            else coalesce(min(source) filter (where source = 'popularity'), min(source))
        end as leading_source,
        max(normalised_score) filter (where source = 'popularity') as popularity
    from contributions
    group by cutoff_id, mode, customer_id, rung, product_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by cutoff_id, mode, customer_id
            order by score desc nulls last, popularity desc nulls last, product_id asc nulls last
        ) as list_rank
    from blended
)

select
    cutoff_id,
    mode,
    customer_id,
    list_rank,
    product_id,
    score,
    rung,
    leading_source
from ranked
where list_rank <= {{ [evaluation_depth(), var('list_length'), var('assembly_depth')] | max }}
