-- Grain: cutoff (test, live) × mode × customer × candidate that may be shown and is not pinned. list_place is its position in the
-- list after exposure_floors are met as far as possible (macro floored_positions). Fills the seam placed_candidates if
-- fairness_exposure_strength is above 0. Withheld candidates are never moved: customer feedback, exclusions and caps take
-- precedence over floors, and floors take precedence over boosts and diversity.
{{ config(enabled=seam_is_on('placed_candidates'), access='protected') }}
with placed as (
    select
        dispositions.cutoff_id || ' ' || dispositions.mode as trial,
        diversified.list_index,
        diversified.product_index,
        diversified.list_place,
        dispositions.adjusted_score,
        memberships.protected_group
    from {{ ref('diversified_candidates') }} as diversified
    inner join {{ ref('candidate_dispositions') }} as dispositions
        on
            diversified.list_index = dispositions.list_index
            and diversified.product_index = dispositions.product_index
    left join {{ ref('product_groups') }} as memberships
        on
            dispositions.cutoff_id = memberships.cutoff_id
            and dispositions.product_index = memberships.product_index
            and memberships.attribute = '{{ var("fairness_exposure_attribute") }}'
),

floors as (
    select
        cutoff_id || ' ' || mode as trial,
        protected_group,
        place,
        floor_count
    from {{ ref('exposure_floors') }}
),

{{ floored_positions('placed', 'floors') }}

select
    list_index,
    product_index,
    list_place
from floored
