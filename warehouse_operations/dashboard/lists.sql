-- Customers in the order of a digest of their pseudonym, the same in every page of a release; each with the list, its reasons, and
-- the parts of each score: what each source gives, and within a source what each product of the customer's own history gives.
with chosen as (
    select
        customer_id,
        tier,
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
        list(
            [evidence.source, evidence.evidence_product_id, cast(evidence.contribution as varchar)]
            order by abs(evidence.contribution) desc, evidence.source asc, evidence.evidence_rank asc
        ) as parts
    from marts.recommendation_evidence as evidence
    inner join chosen on evidence.customer_id = chosen.customer_id
    group by evidence.customer_id, evidence.product_id
)

select
    chosen.customer_id,
    chosen.tier,
    chosen.activity_band,
    chosen.segment,
    chosen.order_count,
    recommendations.product_id,
    recommendations.reason_text,
    recommendations.is_exploration,
    recommendations.score,
    parts.parts
from chosen
inner join marts.recommendations as recommendations on chosen.customer_id = recommendations.customer_id
left join parts on recommendations.customer_id = parts.customer_id and recommendations.product_id = parts.product_id
order by md5(chosen.customer_id), chosen.customer_id, recommendations.rank
