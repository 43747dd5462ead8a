-- Grain: cutoff × axis of the space in which customers are clustered into segments: a scaled feature with a segment_weight, or
-- `category=…` for one of the taste_categories categories with the most interactions before the cutoff. axis_index numbers the
-- axes for matrices.
{#- taste_weight is on the scale of segment_weight in scaled_features; taste_categories is the number of largest categories. #}
{%- set taste_weight, taste_categories = 1.0, 30 %}
with categories as (
    select
        cutoff_id,
        attribute_value as category,
        row_number() over (
            partition by cutoff_id order by sum(interaction_count) desc nulls last, attribute_value asc nulls last
        ) as category_rank
    from {{ ref('customer_tastes') }}
    where attribute = 'category'
    group by cutoff_id, attribute_value
),

axes as (
    select
        cutoffs.cutoff_id,
        features.feature as axis,
        features.segment_weight as weight
    from {{ ref('scaled_features') }} as features
    cross join {{ ref('cutoffs') }} as cutoffs
    where features.segment_weight > 0
    union all
    select
        cutoff_id,
        'category=' || category as axis,
        cast({{ taste_weight }} as double) as weight
    from categories
    where category_rank <= {{ taste_categories }}
)

select
    cutoff_id,
    axis,
    row_number() over (partition by cutoff_id order by axis nulls last) - 1 as axis_index,
    weight
from axes
