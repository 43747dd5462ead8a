-- Grain: tune cutoff × customer × product with at least one interaction before the cutoff. Of at most als_curve_customers
-- customers, drawn by a hash of their id among those with two products or more, a share als_held_out_share of the products
-- is held out, drawn by a hash too. The draw doesn't hang on the horizon, so nothing that comes later has a say in when
-- training stops. Alternative: the newest products of each customer; strengths are decayed and hold no times.
with customer_widths as (
    select
        cutoff_id,
        customer_id,
        row_number() over (
            partition by cutoff_id order by md5(customer_id) nulls last, customer_id nulls last
        ) as draw
    from {{ ref('als_cells') }}
    group by cutoff_id, customer_id
    having count(*) >= 2
)

select
    cells.cutoff_id,
    cells.customer_index,
    cells.product_index,
    cells.strength,
    cells.weight,
    coalesce(customer_widths.draw <= {{ var('als_curve_customers') }}, false)
    and {{ hash_uniform("cells.customer_id || ' ' || cells.product_id") }} < {{ var('als_held_out_share') }} as is_held_out
from {{ ref('als_cells') }} as cells
inner join {{ ref('cutoffs') }} as cutoffs on cells.cutoff_id = cutoffs.cutoff_id
left join customer_widths
    on
        cells.cutoff_id = customer_widths.cutoff_id
        and cells.customer_id = customer_widths.customer_id
where cutoffs.purpose = 'tune'
