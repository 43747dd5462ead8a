-- Grain: cutoff × customer of the sample × axis on which the customer has a value. At most segment_sample customers of each
-- cutoff, drawn by a hash of the id, so that the cost of fitting is bounded and the next build draws nearly the same.
-- sample_rank is the customer's place in the draw.
{%- set most_customers = 5000 %}   {#- per cutoff: enough for up to 10 segments, and fits that take seconds #}
with drawn as (
    select
        activity.cutoff_id,
        customers.customer_index,
        row_number() over (
            partition by activity.cutoff_id order by md5(customers.customer_id) nulls last, customers.customer_id nulls last
        ) as sample_rank
    from {{ ref('customer_activity') }} as activity
    inner join {{ ref('clean_customers') }} as customers on activity.customer_index = customers.customer_index
)

select
    inputs.cutoff_id,
    drawn.sample_rank,
    inputs.axis_index,
    inputs.axis_value
from {{ ref('segment_inputs') }} as inputs
inner join drawn
    on
        inputs.cutoff_id = drawn.cutoff_id
        and inputs.customer_index = drawn.customer_index
where drawn.sample_rank <= {{ most_customers }}
