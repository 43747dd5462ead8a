-- Catches a reason that tells of a product the customer never chose.
select
    evidence.cutoff_id,
    evidence.customer_id,
    evidence.source,
    evidence.evidence_product_id
from {{ ref('product_evidence') }} as evidence
left join {{ ref('customer_product_strengths') }} as strengths
    on
        evidence.cutoff_id = strengths.cutoff_id
        and evidence.customer_id = strengths.customer_id
        and evidence.evidence_product_id = strengths.product_id
where strengths.product_id is null
