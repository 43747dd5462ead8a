-- Catches a reason that names a product the customer never chose.
with evidence as (
    {{ product_evidence() }}
)

select
    evidence.cutoff_id,
    evidence.customer_index,
    evidence.source,
    evidence.evidence_index
from evidence
left join {{ ref('customer_product_strengths') }} as strengths
    on
        evidence.cutoff_id = strengths.cutoff_id
        and evidence.customer_index = strengths.customer_index
        and evidence.evidence_index = strengths.product_index
where evidence.evidence_rank > 0 and strengths.product_index is null
