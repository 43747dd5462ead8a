-- Grain: cutoff × segment × product that its customers chose before the cutoff. How much more than everybody the segment chooses
-- it: interactions are taken for draws from shares around everybody's, with a prior by the moments of context_priors, so that a
-- small segment keeps to everybody. For products without a row the lift is unseen_lift. Read by popular_products.
with counts as (
    select
        segments.cutoff_id,
        segments.segment,
        chosen.product_id,
        cast(sum(chosen.interaction_count) as bigint) as interaction_count
    from {{ ref('customer_product_strengths') }} as chosen
    inner join {{ ref('customer_segments') }} as segments
        on
            chosen.cutoff_id = segments.cutoff_id
            and chosen.customer_index = segments.customer_index
    group by segments.cutoff_id, segments.segment, chosen.product_id
),

shares as (
    select
        *,
        interaction_count / cast(sum(interaction_count) over (partition by cutoff_id, segment) as double) as observed_share,
        sum(interaction_count) over (partition by cutoff_id, product_id)
        / cast(sum(interaction_count) over (partition by cutoff_id) as double) as all_share,
        cast(sum(interaction_count) over (partition by cutoff_id, segment) as bigint) as segment_interaction_count
    from counts
),

products as (
    select distinct
        cutoff_id,
        product_id,
        all_share
    from shares
),

concentrations as (
    select
        cutoff_id,
        {{ stable_sum('all_share * all_share') }} as concentration
    from products
    group by cutoff_id
),

distances as (
    select
        shares.cutoff_id,
        shares.segment,
        shares.segment_interaction_count,
        1 - concentrations.concentration as diversity,
        greatest(
            {{ stable_sum('shares.observed_share * (shares.observed_share - 2 * shares.all_share)') }}
            + concentrations.concentration,
            0
        ) as squared_distance
    from shares
    inner join concentrations on shares.cutoff_id = concentrations.cutoff_id
    group by shares.cutoff_id, shares.segment, shares.segment_interaction_count, concentrations.concentration
),

moments as (
    select
        cutoff_id,
        {{ stable_sum('segment_interaction_count * squared_distance') }} - (count(*) - 1) * max(diversity) as excess,
        max(diversity) * (
            cast(sum(segment_interaction_count) as double)
            - sum(segment_interaction_count * segment_interaction_count) / cast(sum(segment_interaction_count) as double)
            - (count(*) - 1)
        ) as greatest_excess
    from distances
    group by cutoff_id
),

priors as (
    select
        cutoff_id,
        {{ prior_by_moments('excess', 'greatest_excess') }} as prior_interactions
    from moments
)

select
    shares.cutoff_id,
    shares.segment,
    shares.product_id,
    shares.interaction_count,
    shares.segment_interaction_count,
    priors.prior_interactions,
    (shares.interaction_count + priors.prior_interactions * shares.all_share)
    / (shares.segment_interaction_count + priors.prior_interactions) / shares.all_share as lift,
    priors.prior_interactions / (shares.segment_interaction_count + priors.prior_interactions) as unseen_lift
from shares
inner join priors on shares.cutoff_id = priors.cutoff_id
