-- Grain: cutoff × context × cell × attribute (category, product) × value with an interaction in the cell before the cutoff:
-- relative frequency of the value in a context cell. lift is relative to the cell's parent, lift_to_all relative to all
-- interactions. Shares are shrunk, see context_shares. The lift of a value never seen in the cell is prior_interactions /
-- (prior_interactions + cell_interaction_count × parent's share). Lossy: values chosen by few customers have no row, nor do
-- values that would reveal them through the sums over a cell's values or a value's cells (macro suppressed_cells).
with shares as (
    select
        cells.cutoff_id,
        cells.context,
        cells.context_level,
        cells.cell,
        cells.parent_context,
        cells.parent_cell,
        cells.attribute,
        coalesce(products.product_id, cells.attribute_value) as attribute_value,
        {{ marked_customers('cells.customer_marks') }} as customer_count,
        cells.interaction_count,
        cells.cell_interaction_count,
        cells.prior_interactions,
        cells.parent_share,
        cells.all_share,
        cells.shrunken_share
    from {{ ref('context_shares') }} as cells
    left join {{ ref('clean_products') }} as products
        on
            cells.attribute = 'product'
            and cells.attribute_value = cast(products.product_index as string)
    union all
    select
        segments.cutoff_id,
        'segment' as context,
        1 as context_level,
        segments.segment as cell,
        'all' as parent_context,
        'all' as parent_cell,
        'product' as attribute,
        products.product_id as attribute_value,
        segments.customer_count,
        segments.interaction_count,
        segments.segment_interaction_count as cell_interaction_count,
        segments.prior_interactions,
        segments.all_share as parent_share,
        segments.all_share,
        segments.lift * segments.all_share as shrunken_share
    from {{ ref('segment_products') }} as segments
    inner join {{ ref('clean_products') }} as products on segments.product_index = products.product_index
    where segments.interaction_count > 0
),

published as (
    {{ suppressed_cells(
        'shares', 'customer_count', ['cell', 'attribute_value'],
        [
            ['cutoff_id', 'context', 'cell', 'attribute'],
            ['cutoff_id', 'context', 'attribute', 'attribute_value'],
            ['cutoff_id', 'context', 'parent_cell', 'attribute', 'attribute_value'],
        ]
    ) | indent(4) }}
)

select
    cutoff_id,
    context,
    cell,
    attribute,
    attribute_value,
    parent_context,
    parent_cell,
    interaction_count,
    cell_interaction_count,
    interaction_count / cast(cell_interaction_count as double) as observed_share,
    shrunken_share,
    parent_share,
    all_share,
    case when context_level = 0 then 1 else shrunken_share / parent_share end as lift,
    shrunken_share / all_share as lift_to_all,
    prior_interactions
from published
where not is_suppressed
