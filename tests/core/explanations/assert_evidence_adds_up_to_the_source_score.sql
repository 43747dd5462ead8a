-- Catches evidence that does not add up to the source's score of the candidate, within the single precision of the sources.
-- Scores of 0 or less have no shares and therefore no evidence.
with evidence as (
    {{ product_evidence() }}
),

totals as (
    select
        source,
        cutoff_id,
        customer_index,
        product_index,
        max(total_score) as total_score,
        {{ stable_sum('evidence_score') }} as evidence_score
    from evidence
    group by source, cutoff_id, customer_index, product_index
)

select
    totals.*,
    scores.score
from totals
left join {{ ref('candidates') }} as scores
    on
        totals.source = scores.source
        and totals.cutoff_id = scores.cutoff_id
        and totals.customer_index = scores.customer_index
        and totals.product_index = scores.product_index
where
    coalesce(abs(totals.total_score - scores.score) > 1e-5 * greatest(1, abs(scores.score)), true)
    or abs(totals.evidence_score - totals.total_score) > 1e-6 * greatest(1, totals.total_score)
