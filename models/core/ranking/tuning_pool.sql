-- Grain: list × product × source, on the tune cutoffs: the candidate scores on every scale with their label, of all lists
-- of tune. relevant_count is the number of products the list
-- could have found at best, those no source proposed included.
select
    lists.mode,
    lists.has_history,
    lists.rung,
    lists.activity_band,
    lists.list_index,
    lists.customer_index,
    lists.relevant_count,
    scores.product_index,
    scores.source,
    {{ array_of(normalisations('scores').values()) }} as normalised_scores,
    relevant.product_index is not null as is_relevant
from {{ ref('lists') }} as lists
inner join {{ ref('candidate_scores') }} as scores on lists.list_index = scores.list_index
left join {{ ref('relevant_products') }} as relevant
    on
        lists.cutoff_id = relevant.cutoff_id
        and lists.customer_index = relevant.customer_index
        and scores.product_index = relevant.product_index
        and (lists.mode = 'all' or not relevant.is_repeat)
where lists.purpose = 'tune'
