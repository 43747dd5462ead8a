-- Grain: list × product × source, on the tune cutoffs: the candidate scores on every scale with their label, of at most
-- blend_lists lists per mode of customers with a history, and as many without. relevant_count is the number of products the list
-- could have found at best, those no source proposed included.
select
    lists.mode,
    lists.has_history,
    lists.rung,
    lists.activity_band,
    lists.list_index,
    lists.customer_id,
    lists.relevant_count,
    scores.product_index,
    scores.source,
    {{ array_of(normalisations('scores').values()) }} as normalised_scores,
    relevant.product_id is not null as is_relevant
from {{ ref('lists') }} as lists
inner join {{ ref('candidate_scores') }} as scores on lists.list_index = scores.list_index
inner join {{ ref('clean_products') }} as products on scores.product_index = products.product_index
left join {{ ref('relevant_products') }} as relevant
    on
        lists.cutoff_id = relevant.cutoff_id
        and lists.customer_id = relevant.customer_id
        and products.product_id = relevant.product_id
        and (lists.mode = 'all' or not relevant.is_repeat)
where lists.draw <= {{ var('blend_lists') }}
