-- Grain: cutoff × segment × product with an interaction of a customer of the segment before the cutoff. The product's share of the
-- segment's interactions is shrunk towards its share of all interactions, as if prior_interactions of the latter had happened in
-- the segment as well; the prior is estimated as in context_priors. Segments stand apart from the other contexts, so that what is
-- popular by country, device or time of day does not wait for the clustering.
with counts as (
    select
        segments.cutoff_id,
        segments.segment,
        chosen.product_index,
        cast(sum(chosen.interaction_count) as bigint) as interaction_count
    from {{ ref('customer_product_strengths') }} as chosen
    inner join {{ ref('customer_segments') }} as segments
        on
            chosen.cutoff_id = segments.cutoff_id
            and chosen.customer_index = segments.customer_index
    group by segments.cutoff_id, segments.segment, chosen.product_index
),

totals as (
    select
        cutoff_id,
        segment,
        cast(sum(interaction_count) as bigint) as interaction_count
    from counts
    group by cutoff_id, segment
),

all_shares as (
    select
        cutoff_id,
        cast(attribute_value as integer) as product_index,
        all_share
    from {{ ref('context_shares') }}
    where context = 'all' and attribute = 'product'
),

diversities as (
    select
        cutoff_id,
        1 - {{ stable_sum('all_share * all_share') }} as diversity
    from all_shares
    group by cutoff_id
),

shares as (
    select
        counts.cutoff_id,
        counts.segment,
        counts.product_index,
        counts.interaction_count,
        totals.interaction_count as segment_interaction_count,
        counts.interaction_count / cast(totals.interaction_count as double) as observed_share,
        all_shares.all_share
    from counts
    inner join totals
        on
            counts.cutoff_id = totals.cutoff_id
            and counts.segment = totals.segment
    inner join all_shares
        on
            counts.cutoff_id = all_shares.cutoff_id
            and counts.product_index = all_shares.product_index
),

distances as (
    select
        shares.cutoff_id,
        shares.segment,
        max(shares.segment_interaction_count) as interaction_count,
        max(diversities.diversity) as diversity,
        greatest(
            {{ stable_sum('shares.observed_share * shares.observed_share') }}
            - 2 * {{ stable_sum('shares.observed_share * shares.all_share') }}
            + 1 - max(diversities.diversity),
            0
        ) as squared_distance
    from shares
    inner join diversities on shares.cutoff_id = diversities.cutoff_id
    group by shares.cutoff_id, shares.segment
),

moments as (
    select
        cutoff_id,
        {{ stable_sum('interaction_count * squared_distance') }} - (count(*) - 1) * max(diversity) as excess,
        max(diversity) * (
            cast(sum(interaction_count) as double)
            - cast(sum(interaction_count * interaction_count) as double) / cast(sum(interaction_count) as double)
            - (count(*) - 1)
        ) as greatest_excess
    from distances
    group by cutoff_id
),

priors as (
    select
        cutoff_id,
        {{ prior_interactions('greatest_excess', 'excess') }} as prior_interactions
    from moments
)

select
    shares.cutoff_id,
    shares.segment,
    shares.product_index,
    shares.interaction_count,
    shares.segment_interaction_count,
    shares.all_share,
    (shares.interaction_count + priors.prior_interactions * shares.all_share)
    / (shares.segment_interaction_count + priors.prior_interactions) as shrunken_share,
    priors.prior_interactions
from shares
inner join priors on shares.cutoff_id = priors.cutoff_id
