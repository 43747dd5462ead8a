-- Grain: tuning cutoff × customer for mitigation trials: at most fairness_mitigation_lists of the customers with a history and a
-- relevant product that a list may contain, sampled by a hash of their id.
with drawn as (
    select
        relevant.cutoff_id,
        relevant.customer_index,
        known.customer_id,
        row_number() over (
            partition by relevant.cutoff_id order by md5(known.customer_id) nulls last, known.customer_id nulls last
        ) as draw
    from {{ ref('relevant_products') }} as relevant
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            relevant.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'tune'
    inner join {{ ref('cutoff_customers') }} as customers
        on
            relevant.cutoff_id = customers.cutoff_id
            and relevant.customer_index = customers.customer_index
            and customers.has_history
    inner join {{ ref('clean_customers') }} as known on relevant.customer_index = known.customer_index
    where '{{ served_mode() }}' = 'all' or not relevant.is_repeat
    group by relevant.cutoff_id, relevant.customer_index, known.customer_id
)

select
    cutoff_id,
    customer_index,
    customer_id
from drawn
where draw <= {{ var('fairness_mitigation_lists') }}
