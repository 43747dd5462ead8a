-- Grain: cutoff (test, live) × mode × group of fairness_exposure_attribute × position up to list_length: the minimum number of
-- products of the group that all lists together must contain up to that position, at fairness_exposure_strength times the share
-- of group_targets. The macro floor_counts computes the number. The minimum applies to all lists together, because a supplier
-- with a twentieth of the catalogue has no minimum in any single list of ten.
{{ config(enabled=seam_is_on('placed_candidates')) }}
with placed as (
    select
        candidates.cutoff_id || ' ' || candidates.mode as trial,
        candidates.cutoff_id,
        candidates.mode,
        diversified.list_index,
        diversified.product_index,
        diversified.list_place,
        memberships.protected_group
    from {{ ref('diversified_candidates') }} as diversified
    inner join {{ ref('list_candidates') }} as candidates
        on
            diversified.list_index = candidates.list_index
            and diversified.product_index = candidates.product_index
    inner join {{ ref('product_groups') }} as memberships
        on
            candidates.cutoff_id = memberships.cutoff_id
            and candidates.product_index = memberships.product_index
            and memberships.attribute = '{{ var("fairness_exposure_attribute") }}'
),

lists as (
    select distinct
        trial,
        cutoff_id,
        mode
    from placed
),

targets as (
    select
        lists.trial,
        wanted.protected_group,
        {{ var('fairness_exposure_strength') }} * wanted.target_share as target_share
    from lists
    inner join {{ ref('group_targets') }} as wanted on lists.cutoff_id = wanted.cutoff_id
),

{{ floor_counts('placed', 'targets') }}

select
    lists.cutoff_id,
    lists.mode,
    floors.protected_group,
    floors.place,
    floors.slot_count,
    floors.target_share,
    floors.floor_count
from floors
inner join lists on floors.trial = lists.trial
