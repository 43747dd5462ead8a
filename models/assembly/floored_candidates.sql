-- Grain: cutoff (test, live) × mode × customer × candidate that may be shown and isn't pinned, with its place in the list after
-- exposure_floors are met as far as they can be; with an exposure_floor_strength of 0 the place diversified_candidates gave.
-- Where a group is short of n products up to some place, n lists move their best product of it from below the list up to
-- there: those lists that lose least, the score of their last product less that of the one that moves up. A list changes at
-- most exposure_floor_swaps places. What moves down keeps its order. Nothing that is withheld is moved, so what customers said,
-- exclusions and caps go before floors, and floors before boosts and diversity. Read by assembled_lists.
{% if var('exposure_floor_strength') > 0 and var('exposure_floor_swaps') > 0 -%}
with placed as (
    select
        diversified.list_index,
        diversified.product_index,
        diversified.list_place,
        fates.cutoff_id,
        fates.mode,
        fates.adjusted_score,
        groups.protected_group
    from {{ ref('diversified_candidates') }} as diversified
    inner join {{ ref('candidate_fates') }} as fates
        on
            diversified.list_index = fates.list_index
            and diversified.product_index = fates.product_index
    left join {{ ref('product_groups') }} as groups
        on
            fates.cutoff_id = groups.cutoff_id
            and fates.product_id = groups.product_id
            and groups.attribute = '{{ var("exposure_floor_attribute") }}'
),

held as (
    select
        floors.cutoff_id,
        floors.mode,
        floors.protected_group,
        floors.place,
        floors.floor_count - count(placed.product_index) as short_count
    from {{ ref('exposure_floors') }} as floors
    left join placed
        on
            floors.cutoff_id = placed.cutoff_id
            and floors.mode = placed.mode
            and floors.protected_group = placed.protected_group
            and floors.place >= placed.list_place
    group by floors.cutoff_id, floors.mode, floors.protected_group, floors.place, floors.floor_count
),

-- So many must move up to this place or above it.
owed as (
    select
        cutoff_id,
        mode,
        protected_group,
        place,
        max(short_count) over (
            partition by cutoff_id, mode, protected_group
            order by place asc nulls last rows between unbounded preceding and current row
        ) as owed_count
    from held
),

last_scores as (
    select
        list_index,
        max_by(adjusted_score, list_place) as adjusted_score
    from placed
    where list_place <= {{ var('list_length') }}
    group by list_index
),

below as (
    select
        placed.*,
        last_scores.adjusted_score - placed.adjusted_score as loss,
        row_number() over (
            partition by placed.list_index, placed.protected_group order by placed.list_place asc nulls last
        ) as place_in_group
    from placed
    inner join last_scores on placed.list_index = last_scores.list_index
    inner join owed
        on
            placed.cutoff_id = owed.cutoff_id
            and placed.mode = owed.mode
            and placed.protected_group = owed.protected_group
            and owed.place = {{ var('list_length') }}
            and owed.owed_count > 0
    where placed.list_place > {{ var('list_length') }}
),

offers as (
    select
        *,
        row_number() over (
            partition by list_index order by loss asc nulls last, list_place asc nulls last
        ) as offer_number
    from below
    where place_in_group = 1
),

numbered as (
    select
        *,
        row_number() over (
            partition by cutoff_id, mode, protected_group order by loss asc nulls last, list_index asc nulls last
        ) as turn
    from offers
    where offer_number <= {{ var('exposure_floor_swaps') }}
),

promoted as (
    select
        numbered.list_index,
        numbered.product_index,
        min(owed.place) as target_place
    from numbered
    inner join owed
        on
            numbered.cutoff_id = owed.cutoff_id
            and numbered.mode = owed.mode
            and numbered.protected_group = owed.protected_group
            and numbered.turn <= owed.owed_count
    group by numbered.list_index, numbered.product_index
)

select
    placed.list_index,
    placed.product_index,
    row_number() over (
        partition by placed.list_index
        order by
            coalesce(promoted.target_place, placed.list_place) asc nulls last,
            case when promoted.target_place is not null then 0 else 1 end asc nulls last,
            placed.list_place asc nulls last
    ) as list_place
from placed
left join promoted
    on
        placed.list_index = promoted.list_index
        and placed.product_index = promoted.product_index
{%- else -%}
select
    list_index,
    product_index,
    list_place
from {{ ref('diversified_candidates') }}
{%- endif %}
