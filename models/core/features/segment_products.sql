-- Grain: cutoff × segment × product, the most popular there: popularity times lift, as in context_products. lift is how much more
-- often the product is chosen in the segment than anywhere, from the shrunken shares of segment_shares; a product never chosen in
-- the segment has what the prior leaves of a lift of 1. Lossy: beyond the depth that no customer of the segment exhausts, or that
-- popular_products shows at `live`.
with segments as (
    select
        cutoff_id,
        segment,
        max(segment_interaction_count) as segment_interaction_count,
        max(prior_interactions / (segment_interaction_count + prior_interactions)) as unseen_lift
    from {{ ref('segment_shares') }}
    group by cutoff_id, segment
),

histories as (
    select
        cutoff_id,
        customer_index,
        count(*) as product_count
    from {{ ref('customer_product_strengths') }}
    group by cutoff_id, customer_index
),

depths as (
    select
        histories.cutoff_id,
        greatest(
            {{ var('candidates_per_source') }} + max(histories.product_count),
            case when max(cutoffs.purpose) = 'live' then {{ popular_per_scope() }} else 0 end
        ) as list_depth
    from histories
    inner join {{ ref('cutoffs') }} as cutoffs on histories.cutoff_id = cutoffs.cutoff_id
    group by histories.cutoff_id
),

lifted as (
    select
        segments.cutoff_id,
        segments.segment,
        segments.segment_interaction_count,
        popularity.product_index,
        popularity.popularity,
        popularity.popularity_rank,
        coalesce(shares.interaction_count, 0) as interaction_count,
        coalesce(shares.shrunken_share / shares.all_share, segments.unseen_lift) as lift
    from segments
    inner join {{ ref('product_popularity') }} as popularity on segments.cutoff_id = popularity.cutoff_id
    left join {{ ref('segment_shares') }} as shares
        on
            segments.cutoff_id = shares.cutoff_id
            and segments.segment = shares.segment
            and popularity.product_index = shares.product_index
),

totals as (
    select
        cutoff_id,
        segment,
        {{ stable_sum('popularity * lift') }} as total_popularity
    from lifted
    group by cutoff_id, segment
),

ranked as (
    select
        lifted.*,
        coalesce(lifted.popularity * lifted.lift / nullif(totals.total_popularity, 0), 0.0) as popularity_share,
        row_number() over (
            partition by lifted.cutoff_id, lifted.segment
            order by lifted.popularity * lifted.lift desc nulls last, lifted.popularity_rank asc nulls last
        ) as segment_rank
    from lifted
    inner join totals
        on
            lifted.cutoff_id = totals.cutoff_id
            and lifted.segment = totals.segment
)

select
    ranked.cutoff_id,
    ranked.segment,
    ranked.product_index,
    ranked.popularity,
    ranked.lift,
    ranked.popularity_share,
    ranked.interaction_count,
    ranked.segment_interaction_count,
    ranked.segment_rank
from ranked
inner join depths on ranked.cutoff_id = depths.cutoff_id
where ranked.segment_rank <= depths.list_depth
