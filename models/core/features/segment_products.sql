-- Grain: cutoff × segment × product known at the cutoff. A segment is a further child cell of `all`: lift compares how often the
-- product is chosen in the segment and by all customers (macro shrunken_lift), with a prior estimated as in context_cells.
-- segment_rank ranks the products that may be recommended by popularity × lift, as context_products does. Segments have their own
-- model, so that the other contexts do not wait for the clustering.
with counts as (
    select
        segments.cutoff_id,
        segments.segment,
        chosen.product_index,
        count(*) as customer_count,
        cast(sum(chosen.interaction_count) as bigint) as interaction_count
    from {{ ref('customer_product_strengths') }} as chosen
    inner join {{ ref('customer_segments') }} as segments
        on
            chosen.cutoff_id = segments.cutoff_id
            and chosen.customer_index = segments.customer_index
    group by segments.cutoff_id, segments.segment, chosen.product_index
),

shares as (
    select
        counts.*,
        cast(sum(counts.interaction_count) over (partition by counts.cutoff_id, counts.segment) as double) as segment_total,
        overall.all_share
    from counts
    inner join {{ ref('context_shares') }} as overall
        on
            counts.cutoff_id = overall.cutoff_id
            and cast(counts.product_index as string) = overall.attribute_value
            and overall.context = 'all'
            and overall.attribute = 'product'
),

segments as (
    select
        shares.cutoff_id,
        shares.segment,
        shares.segment_total,
        max(overall.concentration) as concentration,
        {{ stable_sum('power(shares.interaction_count / shares.segment_total, 2)') }} as own_concentration,
        {{ stable_sum('shares.interaction_count / shares.segment_total * shares.all_share') }} as agreement
    from shares
    inner join {{ ref('context_cells') }} as overall
        on
            shares.cutoff_id = overall.cutoff_id
            and overall.context = 'all'
            and overall.attribute = 'product'
    group by shares.cutoff_id, shares.segment, shares.segment_total
),

moments as (
    select
        cutoff_id,
        {{ stable_sum('segment_total * greatest(own_concentration - 2 * agreement + concentration, 0)') }}
        - (count(*) - 1) * (1 - max(concentration)) as excess,
        max(concentration) * (sum(segment_total) - sum(segment_total * segment_total) / sum(segment_total)) as greatest_excess
    from segments
    group by cutoff_id
),

priors as (
    select
        cutoff_id,
        {{ prior_interactions('greatest_excess', 'excess') }} as prior_interactions
    from moments
),

lifted as (
    select
        known.cutoff_id,
        segments.segment,
        known.product_index,
        coalesce(shares.customer_count, 0) as customer_count,
        coalesce(shares.interaction_count, 0) as interaction_count,
        segments.segment_total,
        priors.prior_interactions,
        overall.all_share,
        {{ shrunken_lift(
            'coalesce(shares.interaction_count, 0)', 'segments.segment_total * coalesce(overall.all_share, 0)',
            'priors.prior_interactions'
        ) }} as lift,
        popularity.popularity,
        popularity.popularity_rank
    from {{ ref('known_products') }} as known
    inner join segments on known.cutoff_id = segments.cutoff_id
    inner join priors on known.cutoff_id = priors.cutoff_id
    left join shares
        on
            segments.cutoff_id = shares.cutoff_id
            and segments.segment = shares.segment
            and known.product_index = shares.product_index
    left join {{ ref('context_shares') }} as overall
        on
            known.cutoff_id = overall.cutoff_id
            and cast(known.product_index as string) = overall.attribute_value
            and overall.context = 'all'
            and overall.attribute = 'product'
    left join {{ ref('cutoff_products') }} as popularity
        on
            known.cutoff_id = popularity.cutoff_id
            and known.product_index = popularity.product_index
)

select
    cutoff_id,
    segment,
    product_index,
    customer_count,
    interaction_count,
    cast(segment_total as bigint) as segment_interaction_count,
    prior_interactions,
    all_share,
    lift,
    popularity,
    least(
        coalesce(
            popularity * lift
            / nullif(cast(sum(cast(popularity * lift as decimal(38, 18))) over (partition by cutoff_id, segment) as double), 0),
            0
        ),
        1
    ) as popularity_share,
    case
        when popularity is not null
            then
                row_number() over (
                    partition by cutoff_id, segment order by popularity * lift desc nulls last, popularity_rank asc nulls last
                )
    end as segment_rank
from lifted
