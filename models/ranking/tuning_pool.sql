-- Grain: mode × cutoff × customer × product × source, on the tune cutoffs: the candidate scores on every scale with their label,
-- of at most blend_lists lists per mode of customers with a history, and as many without. list_index numbers the lists, so that
-- the search can work on plain arrays; relevant_count is the number of products it could have found at best, those no source
-- proposed included. Read by blend_trials.
with relevant as (
    select
        modes.mode,
        relevant_products.cutoff_id,
        relevant_products.customer_id,
        relevant_products.product_id
    from {{ ref('relevant_products') }} as relevant_products
    cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
    where modes.mode = 'all' or not relevant_products.is_repeat
),

drawn as (
    select
        relevant.mode,
        relevant.cutoff_id,
        relevant.customer_id,
        customers.has_history,
        customers.rung,
        customers.activity_band,
        count(*) as relevant_count,
        row_number() over (
            partition by relevant.mode, customers.has_history
            order by md5(relevant.customer_id) nulls last, relevant.customer_id nulls last, relevant.cutoff_id nulls last
        ) as draw
    from relevant
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            relevant.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'tune'
    inner join {{ ref('customer_rungs') }} as customers
        on
            relevant.cutoff_id = customers.cutoff_id
            and relevant.customer_id = customers.customer_id
    group by
        relevant.mode,
        relevant.cutoff_id,
        relevant.customer_id,
        customers.has_history,
        customers.rung,
        customers.activity_band
),

lists as (
    select
        *,
        row_number() over (order by mode nulls last, cutoff_id nulls last, customer_id nulls last) - 1 as list_index
    from drawn
    where draw <= {{ var('blend_lists') }}
)

select
    lists.mode,
    lists.has_history,
    lists.rung,
    lists.activity_band,
    lists.list_index,
    lists.customer_id,
    lists.relevant_count,
    products.product_index,
    scores.source,
    {{ array_of(normalisations('scores').values()) }} as normalised_scores,
    relevant.product_id is not null as is_relevant
from lists
inner join {{ ref('candidate_scores') }} as scores
    on
        lists.mode = scores.mode
        and lists.cutoff_id = scores.cutoff_id
        and lists.customer_id = scores.customer_id
inner join {{ ref('clean_products') }} as products on scores.product_id = products.product_id
left join relevant
    on
        scores.mode = relevant.mode
        and scores.cutoff_id = relevant.cutoff_id
        and scores.customer_id = relevant.customer_id
        and scores.product_id = relevant.product_id
