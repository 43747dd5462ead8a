-- Catches more explored rows than slots, an explored row with propensity 1 although there was a choice, and any other row whose
-- propensity is not 1. Estimates from logged lists divide by the propensity.
with allowed as (
    select
        cutoff_id,
        mode,
        customer_index,
        count(*) filter (where withheld_reason is null) as allowed_count
    from {{ ref('candidate_dispositions') }}
    group by cutoff_id, mode, customer_index
)

select
    lists.cutoff_id,
    lists.mode,
    lists.customer_index,
    count(*) filter (where lists.is_exploration) as explored_count,
    count(*) filter (where not lists.is_exploration and lists.propensity <> 1) as uncertain_count
from {{ ref('assembled_lists') }} as lists
inner join allowed
    on
        lists.cutoff_id = allowed.cutoff_id
        and lists.mode = allowed.mode
        and lists.customer_index = allowed.customer_index
{{- join_list_settings('lists') }}
group by lists.cutoff_id, lists.mode, lists.customer_index, allowed.allowed_count
having
    count(*) filter (where lists.is_exploration) > max({{ list_setting('exploration_slots') }})
    or count(*) filter (where not lists.is_exploration and lists.propensity <> 1) > 0
    or (
        allowed.allowed_count > {{ var('list_length') }}
        and count(*) filter (where lists.is_exploration and lists.propensity >= 1) > 0
    )
