-- Grain: cutoff × customer: the country, device and daypart in which the customer usually shops, by the most frequent known value
-- among the interactions before the cutoff. A customer without interactions has the country of the master data. Unknown values
-- are NULL, and `unknown` in the cell.
with hours as (
    {{ hours_by_daypart() }}
),

used as (
    select
        cutoffs.cutoff_id,
        interactions.customer_index,
        interactions.country,
        interactions.device,
        hours.daypart,
        count(*) as interaction_count
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs on {{ is_history('interactions', 'cutoffs') }}
    left join hours on extract(hour from interactions.local_at) = hours.active_hour
    group by cutoffs.cutoff_id, interactions.customer_index, interactions.country, interactions.device, hours.daypart
),

counted as (
    {%- for dimension in usual_dimensions() %}
    select
        cutoff_id,
        customer_index,
        '{{ dimension }}' as dimension,
        {{ dimension }} as usual_value,
        sum(interaction_count) as interaction_count
    from used
    where {{ dimension }} <> 'unknown'
    group by cutoff_id, customer_index, {{ dimension }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

ranked as (
    select
        *,
        row_number() over (
            partition by cutoff_id, customer_index, dimension
            order by interaction_count desc nulls last, usual_value asc nulls last
        ) as preference
    from counted
),

usual as (
    select
        {%- for dimension in usual_dimensions() %}
        max(case when dimension = '{{ dimension }}' then usual_value end) as {{ dimension }},
        {%- endfor %}
        cutoff_id,
        customer_index
    from ranked
    where preference = 1
    group by cutoff_id, customer_index
),

completed as (
    select
        cutoffs.cutoff_id,
        customers.customer_index,
        coalesce(usual.country, nullif(customers.country, 'unknown')) as country,
        usual.device,
        usual.daypart
    from {{ ref('clean_customers') }} as customers
    cross join {{ ref('cutoffs') }} as cutoffs
    left join usual
        on
            cutoffs.cutoff_id = usual.cutoff_id
            and customers.customer_index = usual.customer_index
)

select
    cutoff_id,
    customer_index,
    country,
    device,
    daypart,
    concat_ws('|', coalesce(country, 'unknown'), coalesce(device, 'unknown'), coalesce(daypart, 'unknown')) as usual_cell
from completed
