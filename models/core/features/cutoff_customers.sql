-- Grain: cutoff × customer who gets a list at the cutoff. `live`: the customers in list_customers. `tune` and `test`: customers
-- with a label in the horizon, at most customers_per_cutoff, drawn by a hash of the id. The limit bounds the cost, and a rebuild
-- draws the same customers. At tuning cutoffs, the draw stops, separately for customers with and without history, once the draw
-- has enough customers with a new product for learning: candidates for more customers would be wasted. customer_tiers assigns the
-- cold-start tier.
with histories as (
    select
        cutoff_id,
        customer_index,
        sum(interaction_count) as interaction_count,
        {{ stable_sum('strength') }} as strength
    from {{ ref('customer_product_strengths') }}
    group by cutoff_id, customer_index
),

customers_with_labels as (
    select
        cutoff_id,
        customer_index,
        {{ counted_labels('sum(case when is_repeat then 0 else 1 end)') }} as new_count
    from {{ ref('relevant_products') }}
    group by cutoff_id, customer_index
),

evaluated as (
    select
        labels.cutoff_id,
        labels.customer_index,
        cutoffs.purpose,
        row_number() over (
            partition by labels.cutoff_id order by md5(customers.customer_id) nulls last, customers.customer_id nulls last
        ) as draw_order,
        sum(least(labels.new_count, 1)) over (
            partition by labels.cutoff_id, histories.customer_index is not null
            order by md5(customers.customer_id) nulls last, customers.customer_id nulls last
            rows between unbounded preceding and current row
        ) as new_draw,
        sum(labels.new_count) over (
            partition by labels.cutoff_id, histories.customer_index is not null
            order by md5(customers.customer_id) nulls last, customers.customer_id nulls last
            rows between unbounded preceding and current row
        ) - labels.new_count as new_before
    from customers_with_labels as labels
    inner join {{ ref('cutoffs') }} as cutoffs on labels.cutoff_id = cutoffs.cutoff_id
    inner join {{ ref('clean_customers') }} as customers on labels.customer_index = customers.customer_index
    left join histories
        on
            labels.cutoff_id = histories.cutoff_id
            and labels.customer_index = histories.customer_index
),

listed as (
    select
        cutoff_id,
        customer_index
    from evaluated
    where
        draw_order <= {{ var('customers_per_cutoff') }}
        and (purpose = 'test' or {{ is_tuning_sample('new_draw', 'new_before') }})
    union all
    select
        cutoffs.cutoff_id,
        customers.customer_index
    from {{ ref('list_customers') }} as customers
    cross join {{ ref('cutoffs') }} as cutoffs
    where cutoffs.purpose = 'live'
)

select
    listed.cutoff_id,
    listed.customer_index,
    coalesce(histories.interaction_count, 0) as interaction_count,
    {{ activity_band('coalesce(histories.interaction_count, 0)') }} as activity_band,
    histories.interaction_count is not null as has_history,
    histories.strength
from listed
left join histories
    on
        listed.cutoff_id = histories.cutoff_id
        and listed.customer_index = histories.customer_index
