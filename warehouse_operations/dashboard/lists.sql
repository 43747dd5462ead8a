-- A sample of customers drawn by the digest of their pseudonym, the same in every page of a release; each with the list, its
-- reasons, and what spoke most for each product: sources by their part of the score, and products of the customer's own history.
with sampled as (
    select
        customer_id,
        rung,
        activity_band,
        segment,
        order_count
    from marts.customers
    where customer_id in (select customer_id from marts.recommendations)
    order by md5(customer_id), customer_id
    limit $customers
),

parts as (
    select
        evidence.customer_id,
        evidence.product_id,
        evidence.source,
        evidence.evidence_product_id,
        evidence.contribution
    from marts.recommendation_evidence as evidence
    inner join sampled on evidence.customer_id = sampled.customer_id
),

source_parts as (
    select
        customer_id,
        product_id,
        source,
        fsum(contribution) as part,
        row_number() over (partition by customer_id, product_id order by abs(fsum(contribution)) desc, source) as place
    from parts
    where source <> 'other'
    group by customer_id, product_id, source
),

sources as (
    select customer_id, product_id, list([replace(source, '_', ' '), printf('%.3f', part)] order by place) as sources
    from source_parts
    where place <= 3 and abs(part) >= 0.0005
    group by customer_id, product_id
),

own_parts as (
    select
        customer_id,
        product_id,
        evidence_product_id,
        row_number() over (
            partition by customer_id, product_id
            order by fsum(contribution) desc, evidence_product_id
        ) as place
    from parts
    where evidence_product_id is not null
    group by customer_id, product_id, evidence_product_id
    having fsum(contribution) > 0
),

own_products as (
    select own_parts.customer_id, own_parts.product_id, list(products.name order by own_parts.place) as names
    from own_parts
    inner join marts.products as products on own_parts.evidence_product_id = products.product_id
    where own_parts.place <= 3
    group by own_parts.customer_id, own_parts.product_id
)

select
    sampled.customer_id,
    sampled.rung,
    sampled.activity_band,
    sampled.segment,
    sampled.order_count,
    recommendations.rank,
    products.name,
    products.category,
    recommendations.reason_text,
    recommendations.is_exploration,
    sources.sources,
    own_products.names
from sampled
inner join marts.recommendations as recommendations on sampled.customer_id = recommendations.customer_id
inner join marts.products as products on recommendations.product_id = products.product_id
left join sources on recommendations.customer_id = sources.customer_id and recommendations.product_id = sources.product_id
left join own_products
    on recommendations.customer_id = own_products.customer_id and recommendations.product_id = own_products.product_id
order by md5(sampled.customer_id), sampled.customer_id, recommendations.rank
