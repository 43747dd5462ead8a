-- Grain: cutoff × mode × customer × product, the best pool_depth per list of all that the sources proposed, and the
-- pool_new_products new ones closest to the customer's taste however low they rank: nobody's past speaks for a new product, so it
-- would meet nobody, and nothing could be learnt of it. They stand at the end unless what follows lifts them. weighted_score is
-- the weighted sum of the sources' normalised scores; equal scores go by popularity, then by product_id, so a list whose weighted
-- sources run dry is filled with what is popular. cascade_score orders the same pool in two stages: the first cascade_depth
-- products of the retrieving source, re-ranked in part by content, then its other ones, then the rest as blended. Lossy: whatever
-- lies deeper is never shown or evaluated. Read by ranking_features and ranked_pool.
with blended as (
    select
        scores.cutoff_id,
        scores.mode,
        scores.customer_id,
        scores.product_id,
        weights.rung,
        {{ stable_small_sum('weights.weight * ' ~ normalised_score('weights.normalisation', 'scores')) }} as weighted_score,
        count(*) as source_count,
        max(case when scores.source = 'popularity' then scores.min_max_score end) as popularity,
        max(case when scores.source = '{{ var("cascade_retrieval") }}' then {{ normalisations('scores').log_rank }} end)
            as retrieval_score,
        min(case when scores.source = '{{ var("cascade_retrieval") }}' then scores.source_rank end) as retrieval_rank,
        max(case when scores.source = 'content' then scores.min_max_score end) as content_score,
        max(case when scores.source in ('content', 'survey') then scores.min_max_score end) as taste_score
    from {{ ref('candidate_scores') }} as scores
    inner join {{ ref('customer_weights') }} as weights
        on
            scores.cutoff_id = weights.cutoff_id
            and scores.mode = weights.mode
            and scores.customer_id = weights.customer_id
            and scores.source = weights.source
    group by scores.cutoff_id, scores.mode, scores.customer_id, scores.product_id, weights.rung
),

ranked as (
    select
        *,
        row_number() over (
            partition by cutoff_id, mode, customer_id
            order by weighted_score desc nulls last, popularity desc nulls last, product_id asc nulls last
        ) as pool_rank
    from blended
),

-- Of the new products the blend ranks too low, those closest to the customer's taste.
told_apart as (
    select
        ranked.*,
        row_number() over (
            partition by
                ranked.cutoff_id,
                ranked.mode,
                ranked.customer_id,
                coalesce(rhythm.age_days <= {{ var('new_product_days') }}, false)
            order by ranked.taste_score desc nulls last, ranked.pool_rank asc nulls last
        ) as new_rank,
        coalesce(rhythm.age_days <= {{ var('new_product_days') }}, false) as is_new
    from ranked
    left join {{ ref('product_rhythm') }} as rhythm
        on
            ranked.cutoff_id = rhythm.cutoff_id
            and ranked.product_id = rhythm.product_id
)

select
    cutoff_id,
    mode,
    customer_id,
    product_id,
    rung,
    pool_rank,
    weighted_score,
    source_count,
    case
        when retrieval_rank <= {{ var('cascade_depth') }}
            then
                3 + (1 - {{ var('cascade_content_share') }}) * retrieval_score
                + {{ var('cascade_content_share') }} * coalesce(content_score, 0)
        when retrieval_rank is not null then 2 + retrieval_score
        else cast(1 as double) / pool_rank
    end as cascade_score
from told_apart
where
    pool_rank <= {{ var('pool_depth') }}
    or (is_new and new_rank <= {{ var('pool_new_products') }})
