-- Grain: cutoff × mode × customer: a list to compute. list_index numbers the lists, so that the long tables of this layer have
-- one number instead of three texts. `test` has lists in both modes, `live` in the served mode.
-- `tune` has only the lists that weights are learned from. Per cutoff and mode, lists with a history and lists without one are
-- drawn by a hash of the customer (draw is the order) until there are enough. relevant_count is the largest number of labels
-- that such a list can contain.
with relevant as (
    select
        cutoff_id,
        customer_index,
        count(*) as all_count,
        cast(sum(case when is_repeat then 0 else 1 end) as bigint) as discovery_count
    from {{ ref('relevant_products') }}
    group by cutoff_id, customer_index
),

requested as (
    select
        cutoffs.cutoff_id,
        cutoffs.purpose,
        modes.mode,
        customers.customer_index,
        known.customer_id,
        customers.tier,
        customers.has_history,
        customers.activity_band,
        case
            when cutoffs.purpose <> 'tune' then null
            when modes.mode = 'all' then relevant.all_count
            else relevant.discovery_count
        end as relevant_count
    from {{ ref('customer_tiers') }} as customers
    inner join {{ ref('cutoffs') }} as cutoffs on customers.cutoff_id = cutoffs.cutoff_id
    inner join {{ ref('clean_customers') }} as known on customers.customer_index = known.customer_index
    cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
    left join relevant
        on
            customers.cutoff_id = relevant.cutoff_id
            and customers.customer_index = relevant.customer_index
    where cutoffs.purpose <> 'live' or modes.mode = '{{ served_mode() }}'
),

drawn as (
    select
        *,
        case
            when purpose = 'tune'
                then
                    row_number() over (
                        partition by cutoff_id, mode, has_history
                        order by md5(customer_id) nulls last, customer_id nulls last
                    )
        end as draw,
        sum({{ counted_labels('relevant_count') }}) over (
            partition by cutoff_id, mode, has_history
            order by md5(customer_id) nulls last, customer_id nulls last
            rows between unbounded preceding and current row
        ) - {{ counted_labels('relevant_count') }} as labels_before
    from requested
    where purpose <> 'tune' or relevant_count > 0
)

select
    cast(
        row_number() over (order by cutoff_id nulls last, mode nulls last, customer_index nulls last) - 1 as integer
    ) as list_index,
    cutoff_id,
    purpose,
    mode,
    customer_index,
    tier,
    has_history,
    activity_band,
    relevant_count,
    draw
from drawn
where draw is null or {{ is_tuning_sample('draw', 'labels_before') }}
