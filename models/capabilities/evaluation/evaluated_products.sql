-- Grain: cutoff × recommendable product, on the test cutoffs: popularity of the product. novelty is the self-information of a
-- buyer, -log2(buyers / customers), divided by log2(customers): 0 if all customers chose the product, 1 if at most one did.
-- popularity_quantile is the share of less popular products plus half the share of equally popular ones. is_long_tail: outside
-- the best-selling products that together receive 80 % of all interactions. The product that completes the 80 % belongs to the
-- head.
{%- set head_share = 0.8 %}
with histories as (
    select
        touched.cutoff_id,
        touched.product_index,
        count(*) as buyer_count,
        sum(touched.interaction_count) as interaction_count
    from {{ ref('customer_product_strengths') }} as touched
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            touched.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'test'
    group by touched.cutoff_id, touched.product_index
),

customer_counts as (
    select
        cutoff_id,
        count(distinct customer_index) as customer_count
    from {{ ref('customer_product_strengths') }}
    group by cutoff_id
),

counted as (
    select
        products.cutoff_id,
        products.product_index,
        coalesce(histories.buyer_count, 0) as buyer_count,
        cast(coalesce(histories.interaction_count, 0) as bigint) as interaction_count,
        coalesce(customer_counts.customer_count, 0) as customer_count
    from {{ ref('cutoff_products') }} as products
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            products.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'test'
    left join histories
        on
            products.cutoff_id = histories.cutoff_id
            and products.product_index = histories.product_index
    left join customer_counts on products.cutoff_id = customer_counts.cutoff_id
),

ranked as (
    select
        *,
        count(*) over (partition by cutoff_id) as product_count,
        count(*) over (partition by cutoff_id, buyer_count) as equally_known_count,
        rank() over (partition by cutoff_id order by buyer_count asc nulls last) - 1 as less_known_count,
        row_number() over (
            partition by cutoff_id order by buyer_count desc nulls last, product_index asc nulls last
        ) as popularity_rank,
        sum(interaction_count) over (partition by cutoff_id) as all_interactions,
        sum(interaction_count) over (
            partition by cutoff_id
            order by interaction_count desc nulls last, product_index asc nulls last
            rows between unbounded preceding and current row
        ) - interaction_count as interactions_of_better_selling
    from counted
)

select
    cutoff_id,
    product_index,
    product_count,
    buyer_count,
    popularity_rank,
    (less_known_count + 0.5 * equally_known_count) / cast(product_count as double) as popularity_quantile,
    ln(customer_count / cast(greatest(buyer_count, 1) as double)) / nullif(ln(customer_count), 0) as novelty,
    interactions_of_better_selling >= {{ head_share }} * all_interactions as is_long_tail
from ranked
