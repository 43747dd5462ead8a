-- Grain: cutoff × customer × product. The most popular products for everybody: as many as candidates_per_source among all,
-- and as many among those the customer hasn't got, so that a list can be filled with repeats and without. This source
-- reaches customers without any history. Read by candidate_scores.
with seen as (
    select
        strengths.cutoff_id,
        strengths.customer_id,
        strengths.product_id,
        popularity.popularity_rank
    from {{ ref('customer_product_strengths') }} as strengths
    inner join {{ ref('product_popularity') }} as popularity
        on
            strengths.cutoff_id = popularity.cutoff_id
            and strengths.product_id = popularity.product_id
),

-- Of the first K + s products a customer with s seen ones has at least K new ones.
customers as (
    select
        customers.cutoff_id,
        customers.customer_id,
        {{ var('candidates_per_source') }} + count(seen.product_id) as deepest_rank
    from {{ ref('cutoff_customers') }} as customers
    left join seen
        on
            customers.cutoff_id = seen.cutoff_id
            and customers.customer_id = seen.customer_id
    group by customers.cutoff_id, customers.customer_id
),

reachable as (
    select
        customers.cutoff_id,
        customers.customer_id,
        popularity.product_id,
        popularity.popularity,
        popularity.popularity_rank,
        sum(case when seen.product_id is null then 1 else 0 end) over (
            partition by customers.cutoff_id, customers.customer_id
            order by popularity.popularity_rank nulls last
            rows between unbounded preceding and current row
        ) as new_rank,
        seen.product_id is not null as is_repeat
    from customers
    inner join {{ ref('product_popularity') }} as popularity
        on
            customers.cutoff_id = popularity.cutoff_id
            and customers.deepest_rank >= popularity.popularity_rank
    left join seen
        on
            customers.cutoff_id = seen.cutoff_id
            and customers.customer_id = seen.customer_id
            and popularity.product_id = seen.product_id
)

select
    cutoff_id,
    customer_id,
    product_id,
    popularity as score
from reachable
where
    popularity_rank <= {{ var('candidates_per_source') }}
    or (not is_repeat and new_rank <= {{ var('candidates_per_source') }})
