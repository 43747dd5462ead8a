-- Grain: cutoff × product somebody met before it. propensity is the share of customers with a history who met the product: they
-- touched it, or were shown it. training_weight is what its cells count in als, and its hits in the ranker: (mean propensity /
-- propensity) to the power of inverse_propensity_strength, at most 5: what nobody got to see isn't
-- disliked. Unlike als_popularity_exponent, which is tuned for quality, it counts what was shown and is capped. With a
-- strength of 0 only the tune cutoffs have rows, for what mitigation would do.
{%- set largest_weight = 5.0 %}  {#- als_mitigation_lists tries the same -#}
with wanted as (
    select
        cutoff_id,
        cutoff_at
    from {{ ref('cutoffs') }}
    where {{ var('inverse_propensity_strength') }} > 0 or (purpose = 'tune' and {{ var('mitigation_lists') }} > 0)
),

met as (
    select
        strengths.cutoff_id,
        strengths.customer_id,
        strengths.product_id
    from {{ ref('customer_product_strengths') }} as strengths
    inner join wanted on strengths.cutoff_id = wanted.cutoff_id
    union
    select
        wanted.cutoff_id,
        impressions.customer_id,
        impressions.product_id
    from {{ ref('consented_impressions') }} as impressions
    inner join wanted on impressions.shown_at < wanted.cutoff_at
),

customer_counts as (
    select
        cutoff_id,
        count(distinct customer_id) as customer_count
    from met
    group by cutoff_id
),

met_counts as (
    select
        cutoff_id,
        product_id,
        count(*) as met_count
    from met
    group by cutoff_id, product_id
),

propensities as (
    select
        met_counts.cutoff_id,
        met_counts.product_id,
        met_counts.met_count / cast(customer_counts.customer_count as double) as propensity,
        sum(met_counts.met_count) over (partition by met_counts.cutoff_id)
        / cast(count(*) over (partition by met_counts.cutoff_id) * met_counts.met_count as double) as average_ratio
    from met_counts
    inner join customer_counts on met_counts.cutoff_id = customer_counts.cutoff_id
)

select
    propensities.cutoff_id,
    propensities.product_id,
    products.product_index,
    propensities.propensity,
    propensities.average_ratio,
    least(
        power(propensities.average_ratio, {{ var('inverse_propensity_strength') }}), {{ largest_weight }}
    ) as training_weight
from propensities
inner join {{ ref('clean_products') }} as products on propensities.product_id = products.product_id
