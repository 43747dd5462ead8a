-- Grain: population × side × attribute × protected_group × unit, at the live cutoff: contribution of one unit to the total of a
-- group. A unit is a customer, or a product in the population catalogue. On the product side, the contribution covers the
-- products of the group. customers: 1 each. catalogue: 1 per product. interactions: count before the cutoff. training_data:
-- weight in als above the weight that all cells have. exposure: sum of 1 / log2(1 + rank) over the listed products. Every
-- customer has a list of the same length, so on the customer side only lists built from the customer's own data count as
-- exposure. Customers and products without a known group are excluded: shares refer to known groups.
with live as (
    select cutoff_id
    from {{ ref('cutoffs') }}
    where purpose = 'live'
),

cells as (
    select
        strengths.cutoff_id,
        'interactions' as population,
        strengths.customer_index,
        strengths.product_index,
        cast(strengths.interaction_count as decimal(38, 12)) as amount,
        true as is_personal
    from {{ ref('customer_product_strengths') }} as strengths
    inner join live on strengths.cutoff_id = live.cutoff_id
    union all
    select
        cells.cutoff_id,
        'training_data' as population,
        cells.customer_index,
        cells.product_index,
        cast(cells.weight as decimal(38, 12)) as amount,
        true as is_personal
    from {{ ref('als_cells') }} as cells
    inner join live on cells.cutoff_id = live.cutoff_id
    union all
    select
        lists.cutoff_id,
        'exposure' as population,
        lists.customer_index,
        lists.product_index,
        cast(ln(2.0) / ln(lists.list_rank + 1) as decimal(38, 12)) as amount,
        lists.tier = 'survey' or {{ is_tier_with_history('lists.tier') }} as is_personal
    from {{ ref('assembled_lists') }} as lists
    inner join live on lists.cutoff_id = live.cutoff_id
    where
        lists.mode = '{{ served_mode() }}'
        and lists.list_rank <= {{ var('list_length') }}
),

customers as (
    select
        listed.cutoff_id,
        'customers' as population,
        listed.customer_index,
        cast(1 as decimal(38, 12)) as amount
    from {{ ref('cutoff_customers') }} as listed
    inner join live on listed.cutoff_id = live.cutoff_id
    union all
    select
        cutoff_id,
        population,
        customer_index,
        sum(amount) as amount
    from cells
    where is_personal
    group by cutoff_id, population, customer_index
)

select
    customers.cutoff_id,
    customers.population,
    'customer' as side,
    members.attribute,
    members.protected_group,
    customers.customer_index as unit_id,
    cast(customers.amount as double) as amount
from customers
inner join {{ ref('customer_groups') }} as members on customers.customer_index = members.customer_index
union all
select
    cells.cutoff_id,
    cells.population,
    'product' as side,
    products.attribute,
    products.protected_group,
    cells.customer_index as unit_id,
    cast(sum(cells.amount) as double) as amount
from cells
inner join {{ ref('product_groups') }} as products
    on
        cells.cutoff_id = products.cutoff_id
        and cells.product_index = products.product_index
group by cells.cutoff_id, cells.population, products.attribute, products.protected_group, cells.customer_index
union all
select
    products.cutoff_id,
    'catalogue' as population,
    'product' as side,
    products.attribute,
    products.protected_group,
    products.product_index as unit_id,
    cast(1 as double) as amount
from {{ ref('product_groups') }} as products
inner join live on products.cutoff_id = live.cutoff_id
