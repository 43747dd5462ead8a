-- Grain: cutoff with a segment: how much of everybody's weight each segment is given. By the moments of context_priors: the
-- more segments differ beyond what draws from one and the same share would, the less is added. Decayed weights vary less
-- than as many whole interactions would, so the estimate errs on the side of everybody. Segments that differ by no more than
-- chance, or a single one, get the largest prior, and so what is popular among all. Read by segment_popularity.
{%- set least, most = var('smallest_context_prior'), var('largest_context_prior') %}
with segment_totals as (
    select
        cutoff_id,
        segment,
        max(segment_weight) as weight,
        {{ stable_sum('(weight / segment_weight) * (weight / segment_weight - 2 * all_share)') }} as distance_part
    from {{ ref('segment_weights') }}
    group by cutoff_id, segment
),

product_shares as (
    select
        cutoff_id,
        product_id,
        max(all_share) as product_share
    from {{ ref('segment_weights') }}
    group by cutoff_id, product_id
),

diversities as (
    select
        cutoff_id,
        {{ stable_sum('product_share * product_share') }} as concentration
    from product_shares
    group by cutoff_id
),

-- The sum over all products of (the segment's share - everybody's)² is distance_part + concentration.
moments as (
    select
        segment_totals.cutoff_id,
        {{ stable_sum('segment_totals.weight * (segment_totals.distance_part + diversities.concentration)') }}
        - (count(*) - 1) * (1 - max(diversities.concentration)) as excess,
        (1 - max(diversities.concentration)) * (
            {{ stable_sum('segment_totals.weight') }}
            - {{ stable_sum('segment_totals.weight * segment_totals.weight') }} / {{ stable_sum('segment_totals.weight') }}
            - (count(*) - 1)
        ) as greatest_excess
    from segment_totals
    inner join diversities on segment_totals.cutoff_id = diversities.cutoff_id
    group by segment_totals.cutoff_id
)

select
    cutoff_id,
    case
        when greatest_excess > 0 and excess > 0
            then least(greatest(greatest_excess / excess - 1, {{ least }}), {{ most }})
        else {{ most }}
    end as prior_weight
from moments
