-- Catches interactions lost or counted twice between a cell and its child cells in a narrower context.
select
    cells.cutoff_id,
    cells.context,
    cells.parent_cell,
    cells.attribute,
    sum(cells.interaction_count) as interaction_count,
    max(parents.interaction_count) as parent_interaction_count
from {{ ref('context_cells') }} as cells
left join {{ ref('context_cells') }} as parents
    on
        cells.cutoff_id = parents.cutoff_id
        and cells.parent_context = parents.context
        and cells.parent_cell = parents.cell
        and cells.attribute = parents.attribute
where cells.context_level > 0
group by cells.cutoff_id, cells.context, cells.parent_cell, cells.attribute
having sum(cells.interaction_count) <> coalesce(max(parents.interaction_count), 0)
