-- Grain: tune cutoff × customer × product with at least one interaction before the cutoff. Of at most als_curve_customers
-- customers, drawn by a hash of their id among those with two products or more, a share als_held_out_share of the products
-- is held out, drawn by a hash too. The draw doesn't hang on the horizon, so nothing that comes later has a say in when
-- training stops. Alternative: the newest products of each customer; strengths are decayed and hold no times.
with customer_widths as (
    select
        cells.cutoff_id,
        cells.customer_index,
        customers.customer_id,
        row_number() over (
            partition by cells.cutoff_id order by md5(customers.customer_id) nulls last, customers.customer_id nulls last
        ) as draw
    from {{ ref('als_cells') }} as cells
    inner join {{ ref('clean_customers') }} as customers on cells.customer_index = customers.customer_index
    group by cells.cutoff_id, cells.customer_index, customers.customer_id
    having count(*) >= 2
)

select
    cells.cutoff_id,
    cells.customer_index,
    cells.product_index,
    cells.strength,
    cells.weight,
    coalesce(customer_widths.draw <= {{ var('als_curve_customers') }}, false)
    and {{ hash_uniform("customer_widths.customer_id || ' ' || products.product_id") }} < {{ var('als_held_out_share') }} as is_held_out
from {{ ref('als_cells') }} as cells
inner join {{ ref('cutoffs') }} as cutoffs on cells.cutoff_id = cutoffs.cutoff_id
inner join {{ ref('clean_products') }} as products on cells.product_index = products.product_index
left join customer_widths
    on
        cells.cutoff_id = customer_widths.cutoff_id
        and cells.customer_index = customer_widths.customer_index
where cutoffs.purpose = 'tune'
