-- Catches evidence that explains another score than the source gave: the sum over the whole history is the score of the
-- candidate, but for the single precision in which sources work.
select
    evidence.cutoff_id,
    evidence.customer_index,
    evidence.product_index,
    evidence.source,
    evidence.total_score,
    scores.score
from {{ ref('product_evidence') }} as evidence
inner join {{ ref('explained_lists') }} as lists
    on
        evidence.cutoff_id = lists.cutoff_id
        and evidence.customer_index = lists.customer_index
        and evidence.product_index = lists.product_index
left join {{ ref('candidates') }} as scores
    on
        evidence.source = scores.source
        and lists.cutoff_id = scores.cutoff_id
        and lists.customer_index = scores.customer_index
        and lists.product_index = scores.product_index
where coalesce(abs(evidence.total_score - scores.score) > 1e-5 * greatest(1, abs(scores.score)), true)
