-- Grain: cutoff × mode × customer × source × product. What the sources propose, ready to be blended: mode `all` allows
-- repeats, `discovery` doesn't, and each source keeps its candidates_per_source best of either. `live` has the served mode
-- only. Lossy: products the customer dislikes fall away, and what lies beyond a source's depth. What the scales of macro
-- normalisations need of the source's list stands beside each score: which of them is used is found later, on tune. Read by
-- tuning_pool, pool, ranking_features, list_contributions and evaluated_lists.
with proposed as (
    {{ proposed_candidates() }}
),

allowed as (
    select
        proposed.source,
        proposed.cutoff_id,
        proposed.customer_id,
        proposed.product_id,
        proposed.score,
        cutoffs.purpose,
        strengths.product_id is not null as is_repeat
    from proposed
    inner join {{ ref('cutoffs') }} as cutoffs on proposed.cutoff_id = cutoffs.cutoff_id
    left join {{ ref('customer_product_strengths') }} as strengths
        on
            proposed.cutoff_id = strengths.cutoff_id
            and proposed.customer_id = strengths.customer_id
            and proposed.product_id = strengths.product_id
    left join {{ ref('disliked_products') }} as disliked
        on
            proposed.cutoff_id = disliked.cutoff_id
            and proposed.customer_id = disliked.customer_id
            and proposed.product_id = disliked.product_id
    where disliked.product_id is null
),

by_mode as (
    select
        modes.mode,
        allowed.*
    from allowed
    cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
    where
        (modes.mode = 'all' or not allowed.is_repeat)
        and (allowed.purpose <> 'live' or modes.mode = '{{ served_mode() }}')
),

ranked as (
    select
        *,
        row_number() over (
            partition by cutoff_id, mode, customer_id, source
            order by score desc nulls last, product_id asc nulls last
        ) as source_rank
    from by_mode
),

bounded as (
    select
        *,
        min(score) over (partition by cutoff_id, mode, customer_id, source) as lowest_score,
        max(score) over (partition by cutoff_id, mode, customer_id, source) as highest_score
    from ranked
    where source_rank <= {{ var('candidates_per_source') }}
),

levelled as (
    select
        *,
        coalesce((score - lowest_score) / nullif(highest_score - lowest_score, 0), 1.0) as min_max_score
    from bounded
),

measured as (
    select
        *,
        count(*) over (partition by cutoff_id, mode, customer_id, source) as candidate_count,
        sum(cast(min_max_score as decimal(38, 18)))
            over (partition by cutoff_id, mode, customer_id, source) as score_sum,
        sum(cast(min_max_score * min_max_score as decimal(38, 18)))
            over (partition by cutoff_id, mode, customer_id, source) as square_sum
    from levelled
)

select
    cutoff_id,
    mode,
    customer_id,
    source,
    product_id,
    score,
    source_rank,
    min_max_score,
    sqrt(greatest(
        cast(square_sum as double) / candidate_count - power(cast(score_sum as double) / candidate_count, 2), 0
    )) as score_deviation
from measured
