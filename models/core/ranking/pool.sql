-- Grain: list × product, the best pool_depth per list of all that the sources proposed, and the pool_new_products new ones
-- closest to the customer's taste however low they rank: nobody's past speaks for a new product, so it would meet nobody, and
-- nothing could be learnt of it. They stand at the end unless what follows lifts them. weighted_score is the weighted sum of
-- the sources' normalised scores; equal scores go by popularity, then by product, so a list whose weighted sources run dry is
-- filled with what is popular. cascade_score orders the same pool in two stages: the first products of the
-- retrieving source, re-ranked in part by content, then its other ones, then the rest as blended. Lossy: whatever lies deeper
-- is never shown or evaluated.
with blended as (
    select
        scores.list_index,
        scores.product_index,
        {{ stable_small_sum('weights.weight * ' ~ normalised_score('weights.normalisation', 'scores')) }} as weighted_score,
        count(*) as source_count,
        max(case when scores.source = 'popularity' then scores.min_max_score end) as popularity,
        max(case when scores.source = '{{ cascade().retrieval }}' then {{ normalisations('scores').log_rank }} end)
            as retrieval_score,
        min(case when scores.source = '{{ cascade().retrieval }}' then scores.source_rank end) as retrieval_rank,
        max(case when scores.source = 'content' then scores.min_max_score end) as content_score,
        max(case when scores.source in ('content', 'survey') then scores.min_max_score end) as taste_score
    from {{ ref('candidate_scores') }} as scores
    inner join {{ ref('customer_weights') }} as weights
        on
            scores.list_index = weights.list_index
            and scores.source = weights.source
    group by scores.list_index, scores.product_index
),

ranked as (
    select
        *,
        row_number() over (
            partition by list_index
            order by weighted_score desc nulls last, popularity desc nulls last, product_index asc nulls last
        ) as pool_rank
    from blended
),

new_products as (
    select
        cutoff_id,
        product_index
    from {{ ref('product_rhythm') }}
    where age_days <= {{ var('new_product_days') }}
),

-- Of the new products the blend ranks too low, those closest to the customer's taste.
new_ranks as (
    select
        ranked.list_index,
        ranked.product_index,
        row_number() over (
            partition by ranked.list_index order by ranked.taste_score desc nulls last, ranked.pool_rank asc nulls last
        ) as new_rank
    from ranked
    inner join {{ ref('lists') }} as lists on ranked.list_index = lists.list_index
    inner join new_products
        on
            lists.cutoff_id = new_products.cutoff_id
            and ranked.product_index = new_products.product_index
)

select
    ranked.list_index,
    ranked.product_index,
    ranked.pool_rank,
    ranked.weighted_score,
    ranked.source_count,
    case
        when ranked.retrieval_rank <= {{ cascade().depth }}
            then
                3 + (1 - {{ cascade().content_share }}) * ranked.retrieval_score
                + {{ cascade().content_share }} * coalesce(ranked.content_score, 0)
        when ranked.retrieval_rank is not null then 2 + ranked.retrieval_score
        else cast(1 as double) / ranked.pool_rank
    end as cascade_score
from ranked
left join new_ranks
    on
        ranked.list_index = new_ranks.list_index
        and ranked.product_index = new_ranks.product_index
where
    ranked.pool_rank <= {{ var('pool_depth') }}
    or new_ranks.new_rank <= {{ var('pool_new_products') }}
