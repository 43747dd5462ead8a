-- Grain: cutoff × mode × customer × source × product. What the sources propose, ready to be blended: mode `all` allows
-- repeats, `discovery` doesn't, and each source keeps its candidates_per_source best of either. `live` has the served mode
-- only. Lossy: products the customer dislikes fall away, and what lies beyond a source's depth. normalised_score puts the
-- sources on one scale per list: 0 for the source's last candidate, 1 for its first. Min-max keeps the gaps between
-- products, which ranks would level. Read by tuning_pool, blended_lists and evaluated_lists.
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
)

select
    cutoff_id,
    mode,
    customer_id,
    source,
    product_id,
    score,
    source_rank,
    case
        when highest_score > lowest_score then (score - lowest_score) / (highest_score - lowest_score)
        else 1.0
    end as normalised_score
from bounded
