-- Grain: cutoff × customer × slice, on the test cutoffs, for the sampled customers: the customer's value of each slice, as of the
-- cutoff. country, device and daypart are the most frequent ones of the customer's history. Lossy: slice values with fewer than
-- evaluation_fewest_customers customers are left out, because their means are uninformative and their intervals misleading.
-- `all`, `with_history` and `without_history` always remain.
with customers as (
    select
        customers.cutoff_id,
        cutoffs.cutoff_at,
        customers.customer_index,
        tiers.tier,
        customers.interaction_count
    from {{ ref('cutoff_customers') }} as customers
    inner join {{ ref('customer_tiers') }} as tiers
        on
            customers.cutoff_id = tiers.cutoff_id
            and customers.customer_index = tiers.customer_index
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            customers.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'test'
),

hours as (
    {{ hours_by_daypart() }}
),

histories as (
    select
        customers.cutoff_id,
        customers.customer_index,
        interactions.country,
        interactions.device,
        coalesce(hours.daypart, 'unknown') as daypart
    from {{ ref('interactions') }} as interactions
    inner join customers
        on
            interactions.customer_index = customers.customer_index
            and {{ is_history('interactions', 'customers') }}
    left join hours on extract(hour from interactions.local_at) = hours.active_hour
),

used as (
    {%- for dimension in ['country', 'device', 'daypart'] %}
    select
        cutoff_id,
        customer_index,
        '{{ dimension }}' as slice,
        {{ dimension }} as slice_value,
        row_number() over (
            partition by cutoff_id, customer_index order by count(*) desc nulls last, {{ dimension }} asc nulls last
        ) as use_rank
    from histories
    group by cutoff_id, customer_index, {{ dimension }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

grouped as (
    select
        cutoff_id,
        customer_index,
        'tier' as slice,
        tier as slice_value
    from customers
    union all
    select
        cutoff_id,
        customer_index,
        'activity_band' as slice,
        {{ activity_band('interaction_count') }} as slice_value
    from customers
    union all
    select
        customers.cutoff_id,
        customers.customer_index,
        'segment' as slice,
        coalesce(segments.segment, 'none') as slice_value
    from customers
    left join {{ ref('customer_segments') }} as segments
        on
            customers.cutoff_id = segments.cutoff_id
            and customers.customer_index = segments.customer_index
    union all
    select
        customers.cutoff_id,
        customers.customer_index,
        dimensions.slice,
        coalesce(used.slice_value, 'unknown') as slice_value
    from customers
    cross join ({{ literal_rows('slice', ['country', 'device', 'daypart']) }}) as dimensions
    left join used
        on
            customers.cutoff_id = used.cutoff_id
            and customers.customer_index = used.customer_index
            and dimensions.slice = used.slice
            and used.use_rank = 1
),

sized as (
    select
        *,
        count(*) over (partition by cutoff_id, slice, slice_value) as customer_count
    from grouped
),

memberships as (
    select
        cutoff_id,
        customer_index,
        slice,
        slice_value
    from sized
    where customer_count >= {{ var('evaluation_fewest_customers') }}
    union all
    select
        cutoff_id,
        customer_index,
        'all' as slice,
        'all' as slice_value
    from customers
    union all
    select
        cutoff_id,
        customer_index,
        case when interaction_count > 0 then 'with_history' else 'without_history' end as slice,
        'all' as slice_value
    from customers
)

select
    memberships.cutoff_id,
    customers.customer_id,
    memberships.slice,
    memberships.slice_value
from memberships
inner join {{ ref('clean_customers') }} as customers on memberships.customer_index = customers.customer_index
