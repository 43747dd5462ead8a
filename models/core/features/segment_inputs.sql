-- Grain: cutoff × customer with an interaction before the cutoff × axis on which the customer has a value. Features are scaled
-- and clipped at ±farthest, so that one unusual customer does not become a segment; a missing feature counts as 0, the middle.
-- The taste for a category is the square root of its share of the customer's interactions. Distances between such points
-- (Hellinger) distinguish mixes without letting the largest category dominate, and a share of 0 needs no pseudo-count, unlike
-- with logarithms. Interactions are not decayed, because segments describe lasting taste. Segments are fitted on at most
-- most_sampled customers per cutoff, which bounds the cost. A hash of the id draws the sample, so that the next build draws
-- nearly the same one. sample_rank is the customer's position in the draw, NULL outside the sample.
{%- set farthest = 3.0 %}   {#- deviations from the middle; prevents segments of one unusual customer #}
{%- set most_sampled = 5000 %}   {#- customers per cutoff: enough for up to 10 segments, with fits that take seconds #}
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

sampled as (
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
    sampled.sample_rank
from points
inner join {{ ref('segment_axes') }} as axes
    on
        points.cutoff_id = axes.cutoff_id
        and points.axis = axes.axis
left join sampled
    on
        points.cutoff_id = sampled.cutoff_id
        and points.customer_index = sampled.customer_index
        and sampled.sample_rank <= {{ most_sampled }}
