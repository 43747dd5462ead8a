{#- CTEs that end in `floored`: list_index, product_index and list_place after floors are met as far as possible. If a group lacks
    n products up to a position, n lists move their best product of the group from below the list up to that position. The lists
    with the smallest loss are chosen: the score of their last product minus that of the promoted product. A list changes at most
    two products, for the groups with the largest relative shortage first. Other products keep their order. `placed` is a CTE of
    trial, list_index, product_index, list_place, adjusted_score and protected_group; list_index is unique over trials. `floors`
    is the last CTE of floor_counts. -#}
{% macro floored_positions(placed, floors) %}
{%- set most_swaps = 2 -%}
held as (
    select
        floors.trial,
        floors.protected_group,
        floors.place,
        floors.floor_count,
        floors.floor_count - count(placed.product_index) as short_count
    from {{ floors }} as floors
    left join {{ placed }} as placed
        on
            floors.trial = placed.trial
            and floors.protected_group = placed.protected_group
            and floors.place >= placed.list_place
    group by floors.trial, floors.protected_group, floors.place, floors.floor_count
),

-- Number of products that must move up to this position or above it.
owed as (
    select
        trial,
        protected_group,
        place,
        short_count / nullif(cast(floor_count as double), 0) as short_share,
        max(short_count) over (
            partition by trial, protected_group
            order by place asc nulls last rows between unbounded preceding and current row
        ) as owed_count
    from held
),

last_scores as (
    select
        list_index,
        max_by(adjusted_score, list_place) as adjusted_score
    from {{ placed }}
    where list_place <= {{ var('list_length') }}
    group by list_index
),

below as (
    select
        placed.*,
        owed.short_share,
        last_scores.adjusted_score - placed.adjusted_score as loss,
        row_number() over (
            partition by placed.list_index, placed.protected_group order by placed.list_place asc nulls last
        ) as place_in_group
    from {{ placed }} as placed
    inner join last_scores on placed.list_index = last_scores.list_index
    inner join owed
        on
            placed.trial = owed.trial
            and placed.protected_group = owed.protected_group
            and owed.place = {{ var('list_length') }}
            and owed.owed_count > 0
    where placed.list_place > {{ var('list_length') }}
),

offers as (
    select
        *,
        row_number() over (
            partition by list_index
            order by short_share desc nulls last, loss asc nulls last, list_place asc nulls last
        ) as offer_number
    from below
    where place_in_group = 1
),

numbered as (
    select
        *,
        row_number() over (
            partition by trial, protected_group order by loss asc nulls last, list_index asc nulls last
        ) as turn
    from offers
    where offer_number <= {{ most_swaps }}
),

promoted as (
    select
        numbered.list_index,
        numbered.product_index,
        min(owed.place) as target_place
    from numbered
    inner join owed
        on
            numbered.trial = owed.trial
            and numbered.protected_group = owed.protected_group
            and numbered.turn <= owed.owed_count
    group by numbered.list_index, numbered.product_index
),

floored as (
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
    from {{ placed }} as placed
    left join promoted
        on
            placed.list_index = promoted.list_index
            and placed.product_index = promoted.product_index
)
{%- endmacro %}
