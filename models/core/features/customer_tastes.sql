-- Grain: cutoff × customer × attribute (category, brand) × value that the customer interacted with before the cutoff. strength is
-- the sum over the products with that value. strength_share shows how concentrated the taste is, and taste_rank 1 is the
-- preferred value. value_count and entropy belong to the customer and attribute: they measure the variety of the customer's
-- interests. Products of unknown category or brand show nothing about taste. Shares are quotients of sums of decimals: with
-- rounded sums, a total can be smaller than one of its parts, and the share of the only brand would exceed 1.
with product_attributes as (
    select
        product_index,
        'category' as attribute,
        category as attribute_value
    from {{ ref('clean_products') }}
    union all
    select
        product_index,
        'brand' as attribute,
        brand as attribute_value
    from {{ ref('clean_products') }}
),

tastes as (
    select
        pairs.cutoff_id,
        pairs.customer_index,
        product_attributes.attribute,
        product_attributes.attribute_value,
        sum(cast(pairs.strength as decimal(38, 18))) as exact_strength,
        cast(sum(pairs.interaction_count) as bigint) as interaction_count
    from {{ ref('customer_product_strengths') }} as pairs
    inner join product_attributes on pairs.product_index = product_attributes.product_index
    where product_attributes.attribute_value <> 'unknown'
    group by
        pairs.cutoff_id,
        pairs.customer_index,
        product_attributes.attribute,
        product_attributes.attribute_value
),

totals as (
    select
        cutoff_id,
        customer_index,
        attribute,
        sum(exact_strength) as exact_strength,
        count(*) as value_count,
        {{ entropy_bits('interaction_count') }} as entropy
    from tastes
    group by cutoff_id, customer_index, attribute
)

select
    tastes.cutoff_id,
    tastes.customer_index,
    tastes.attribute,
    tastes.attribute_value,
    cast(tastes.exact_strength as double) as strength,
    coalesce(cast(tastes.exact_strength as double) / nullif(cast(totals.exact_strength as double), 0), 0) as strength_share,
    tastes.interaction_count,
    row_number() over (
        partition by tastes.cutoff_id, tastes.customer_index, tastes.attribute
        order by
            tastes.exact_strength desc nulls last,
            tastes.interaction_count desc nulls last,
            tastes.attribute_value asc nulls last
    ) as taste_rank,
    totals.value_count,
    totals.entropy
from tastes
inner join totals
    on
        tastes.cutoff_id = totals.cutoff_id
        and tastes.customer_index = totals.customer_index
        and tastes.attribute = totals.attribute
