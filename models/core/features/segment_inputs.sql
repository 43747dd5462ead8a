-- Grain: cutoff × customer with an interaction before the cutoff × axis on which the customer has a value. Features are scaled
-- and cut at farthest on either side, so that one odd customer makes no segment; a missing one counts as 0, the middle.
-- Taste is the square root of the category's share of the customer's interactions: distances between such points (Hellinger's)
-- tell mixes apart without the largest category drowning the rest, and a share of 0 needs no invention as with logarithms.
-- Interactions count undecayed: segments are about lasting taste. Segments are fitted on at most most_sampled customers of
-- each cutoff, which bounds their cost. The hash of the id draws them, so that the next build draws nearly the same; sample_rank
-- is the customer's place in the draw, and NULL outside the sample.
{%- set farthest = 3.0 %}   {#- deviations from the middle at which features are cut: one odd customer must not be a segment #}
{%- set most_sampled = 5000 %}   {#- customers per cutoff: enough for up to 10 segments, and fits that take seconds #}
with located as (
    select
        measures.cutoff_id,
        measures.customer_index,
        measures.feature as axis,
        greatest(
            least({{ scaled('measures.feature_value', 'fitted.location', 'fitted.scale') }}, {{ farthest }}),
            -{{ farthest }}
        ) as axis_value
    from {{ ref('customer_measures') }} as measures
    inner join {{ ref('scaling_parameters') }} as fitted
        on
            measures.cutoff_id = fitted.cutoff_id
            and measures.feature = fitted.feature
    where measures.segment_weight > 0
),

taste_totals as (
    select
        cutoff_id,
        customer_index,
        sum(interaction_count) as interaction_count
    from {{ ref('customer_tastes') }}
    where attribute = 'category'
    group by cutoff_id, customer_index
),

tastes as (
    select
        tastes.cutoff_id,
        tastes.customer_index,
        'category=' || tastes.attribute_value as axis,
        sqrt(tastes.interaction_count / cast(taste_totals.interaction_count as double)) as axis_value
    from {{ ref('customer_tastes') }} as tastes
    inner join taste_totals
        on
            tastes.cutoff_id = taste_totals.cutoff_id
            and tastes.customer_index = taste_totals.customer_index
    where tastes.attribute = 'category'
),

points as (
    select * from located
    union all
    select * from tastes
),

drawn as (
    select
        activity.cutoff_id,
        activity.customer_index,
        row_number() over (
            partition by activity.cutoff_id order by md5(customers.customer_id) nulls last, customers.customer_id nulls last
        ) as sample_rank
    from {{ ref('customer_activity') }} as activity
    inner join {{ ref('clean_customers') }} as customers on activity.customer_index = customers.customer_index
    where activity.interaction_count is not null
)

select
    points.cutoff_id,
    points.customer_index,
    axes.axis_index,
    points.axis_value,
    drawn.sample_rank
from points
inner join {{ ref('segment_axes') }} as axes
    on
        points.cutoff_id = axes.cutoff_id
        and points.axis = axes.axis
left join drawn
    on
        points.cutoff_id = drawn.cutoff_id
        and points.customer_index = drawn.customer_index
        and drawn.sample_rank <= {{ most_sampled }}
