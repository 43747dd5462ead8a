-- Grain: cutoff × usual cell of at least one customer (country|device|daypart). The source proposes products that are popular in
-- the customer's usual country, on the usual device and at the usual time of day. It reaches customers without a history through
-- their country. context_popularity is the product's popularity times its lift in each of the three dimensions, as if they were
-- independent. A list per combination, counted directly, would have too few interactions to be reliable.
-- Lossy: drops products that are in the leading products of none of the three dimensions.
with combinations as (
    select distinct
        cutoff_id,
        usual_cell,
        country,
        device,
        daypart
    from {{ ref('usual_contexts') }}
),

combination_cells as (
    {%- for dimension in usual_dimensions() %}
    select
        cutoff_id,
        usual_cell,
        '{{ dimension }}' as context,
        {{ dimension }} as cell
    from combinations
    where {{ dimension }} is not null
    union all
    {%- endfor %}
    select
        cutoff_id,
        usual_cell,
        'all' as context,
        'all' as cell
    from combinations
),

products as (
    select
        combination_cells.cutoff_id,
        combination_cells.usual_cell,
        listed.product_index,
        max(listed.popularity) as popularity,
        max(overall.all_share) as all_share
    from combination_cells
    inner join {{ ref('context_products') }} as listed
        on
            combination_cells.cutoff_id = listed.cutoff_id
            and combination_cells.context = listed.context
            and combination_cells.cell = listed.cell
    left join {{ ref('context_shares') }} as overall
        on
            combination_cells.cutoff_id = overall.cutoff_id
            and overall.context = 'all'
            and overall.attribute = 'product'
            and cast(listed.product_index as string) = overall.attribute_value
    group by combination_cells.cutoff_id, combination_cells.usual_cell, listed.product_index
),

scored as (
    select
        products.cutoff_id,
        products.usual_cell,
        products.product_index,
        max(products.popularity) as popularity,
        max(products.popularity)
        * exp({{ stable_sum(
            'ln(coalesce(seen.shrunken_share / seen.all_share, '
            ~ shrunken_lift('0', 'cells.interaction_count * products.all_share', 'cells.prior_interactions') ~ ', 1.0))'
        ) }}) as context_popularity
    from products
    inner join combination_cells
        on
            products.cutoff_id = combination_cells.cutoff_id
            and products.usual_cell = combination_cells.usual_cell
    left join {{ ref('context_cells') }} as cells
        on
            combination_cells.cutoff_id = cells.cutoff_id
            and combination_cells.context = cells.context
            and combination_cells.cell = cells.cell
            and cells.attribute = 'product'
    left join {{ ref('context_shares') }} as seen
        on
            combination_cells.cutoff_id = seen.cutoff_id
            and combination_cells.context = seen.context
            and combination_cells.cell = seen.cell
            and cast(products.product_index as string) = seen.attribute_value
            and seen.attribute = 'product'
            and seen.context_level = 1
    group by products.cutoff_id, products.usual_cell, products.product_index
),

lists as (
    select
        *,
        row_number() over (
            partition by cutoff_id, usual_cell
            order by context_popularity desc nulls last, popularity desc nulls last, product_index asc nulls last
        ) as context_popularity_rank
    from scored
)

select
    cutoff_id,
    usual_cell as cell,
    {{ candidate_arrays('context_popularity', 'context_popularity_rank') }}
from lists
where context_popularity_rank <= {{ cell_list_depth() }}
group by cutoff_id, usual_cell
