-- Grain: cutoff × segment × axis: mean of the segment's current customers, which may differ from a centroid fitted earlier, and
-- mean of all customers with a history.
with sizes as (
    select
        cutoff_id,
        segment,
        count(*) as customer_count,
        sum(count(*)) over (partition by cutoff_id) as customer_total
    from {{ ref('customer_segments') }}
    group by cutoff_id, segment
),

sums as (
    select
        inputs.cutoff_id,
        segments.segment,
        inputs.axis_index,
        {{ stable_sum('inputs.axis_value') }} as axis_sum,
        {{ stable_sum('inputs.axis_value * inputs.axis_value') }} as square_sum
    from {{ ref('segment_inputs') }} as inputs
    inner join {{ ref('customer_segments') }} as segments
        on
            inputs.cutoff_id = segments.cutoff_id
            and inputs.customer_index = segments.customer_index
    group by inputs.cutoff_id, segments.segment, inputs.axis_index
),

totals as (
    select
        cutoff_id,
        axis_index,
        {{ stable_sum('axis_sum') }} as axis_sum
    from sums
    group by cutoff_id, axis_index
)

select
    sizes.cutoff_id,
    sizes.segment,
    axes.axis,
    axes.weight,
    coalesce(sums.axis_sum, 0) / sizes.customer_count as mean_value,
    coalesce(sums.square_sum, 0) / sizes.customer_count as mean_square,
    totals.axis_sum / sizes.customer_total as mean_of_all
from sizes
inner join {{ ref('segment_axes') }} as axes on sizes.cutoff_id = axes.cutoff_id
inner join totals
    on
        axes.cutoff_id = totals.cutoff_id
        and axes.axis_index = totals.axis_index
left join sums
    on
        sizes.cutoff_id = sums.cutoff_id
        and sizes.segment = sums.segment
        and axes.axis_index = sums.axis_index
