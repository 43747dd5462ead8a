-- Grain: release × dimension × dimension value × customer: what the impressions of the customer in the cell earned. A customer
-- is the unit of the intervals, because the impressions of one customer are correlated. costed_impression_count has the
-- impressions of products with a known cost, over which the margin is a mean.
with cells as (
    {%- for dimension in ['all'] + outcome_dimensions() %}
    select
        release,
        '{{ dimension }}' as dimension,
        {{ "'all'" if dimension == 'all' else dimension }} as dimension_value,
        customer_id,
        record_id,
        is_clicked,
        is_added_to_cart,
        cost is not null as has_cost
    from {{ ref('outcome_impressions') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

shown as (
    select
        release,
        dimension,
        dimension_value,
        customer_id,
        count(*) as impression_count,
        count(*) filter (where is_clicked) as click_count,
        count(*) filter (where is_added_to_cart) as cart_count,
        count(*) filter (where has_cost) as costed_impression_count
    from cells
    group by release, dimension, dimension_value, customer_id
),

bought as (
    select
        cells.release,
        cells.dimension,
        cells.dimension_value,
        cells.customer_id,
        count(distinct purchases.record_id) as bought_count,
        count(distinct case when purchases.revenue is not null then purchases.order_id end) as order_count,
        {{ stable_sum('coalesce(purchases.revenue, 0.0)') }} as revenue,
        {{ stable_sum('coalesce(purchases.margin, 0.0)') }} as margin
    from cells
    inner join {{ ref('attributed_purchases') }} as purchases on cells.record_id = purchases.record_id
    group by cells.release, cells.dimension, cells.dimension_value, cells.customer_id
)

select
    shown.release,
    shown.dimension,
    shown.dimension_value,
    shown.customer_id,
    shown.impression_count,
    shown.costed_impression_count,
    shown.click_count,
    shown.cart_count,
    coalesce(bought.bought_count, 0) as bought_count,
    coalesce(bought.order_count, 0) as order_count,
    coalesce(bought.revenue, 0.0) as revenue,
    coalesce(bought.margin, 0.0) as margin
from shown
left join bought
    on
        shown.release = bought.release
        and shown.dimension = bought.dimension
        and shown.dimension_value = bought.dimension_value
        and shown.customer_id = bought.customer_id
