-- Grain: cutoff × product seen by a customer before it. propensity is the share of the customers with a history who saw the
-- product, that is, interacted with it or were shown it. average_ratio is mean propensity / propensity. Weighted by it, products
-- that customers never saw do not count as disliked. Rows of the tuning cutoffs serve mitigation trials; other cutoffs have rows
-- only if fairness_propensity_strength is above 0.
with wanted as (
    select
        cutoff_id,
        cutoff_at
    from {{ ref('cutoffs') }}
    where {{ var('fairness_propensity_strength') }} > 0 or (purpose = 'tune' and {{ var('fairness_mitigation_lists') }} > 0)
),

met as (
    select
        strengths.cutoff_id,
        strengths.customer_index,
        strengths.product_index
    from {{ ref('customer_product_strengths') }} as strengths
    inner join wanted on strengths.cutoff_id = wanted.cutoff_id
    union
    select
        wanted.cutoff_id,
        customers.customer_index,
        products.product_index
    from {{ ref('clean_impressions') }} as impressions
    inner join {{ ref('clean_customers') }} as customers on impressions.customer_id = customers.customer_id
    inner join {{ ref('clean_products') }} as products on impressions.product_id = products.product_id
    inner join wanted on impressions.shown_at < wanted.cutoff_at
),

customer_counts as (
    select
        cutoff_id,
        count(distinct customer_index) as customer_count
    from met
    group by cutoff_id
),

met_counts as (
    select
        cutoff_id,
        product_index,
        count(*) as met_count
    from met
    group by cutoff_id, product_index
)

select
    met_counts.cutoff_id,
    met_counts.product_index,
    met_counts.met_count / cast(customer_counts.customer_count as double) as propensity,
    sum(met_counts.met_count) over (partition by met_counts.cutoff_id)
    / cast(count(*) over (partition by met_counts.cutoff_id) * met_counts.met_count as double) as average_ratio
from met_counts
inner join customer_counts on met_counts.cutoff_id = customer_counts.cutoff_id
