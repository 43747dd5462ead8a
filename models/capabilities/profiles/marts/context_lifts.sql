-- Grain: cutoff × context × cell × attribute (category, product) × value with an interaction in the cell before the cutoff. How
-- much more than elsewhere something is chosen in a situation: lift against the cell's parent, lift_to_all against everything.
-- Shares are shrunk, see context_shares; for values without a row the lift is unseen_lift, and for a cell without rows 1. Lossy:
-- values chosen by few, which the shares would give away, have no row (macro suppressed_cells).
with published as (
    {{ suppressed_cells(
        ref('context_shares'), 'interaction_count', ['attribute_value'], [['cutoff_id', 'context', 'cell', 'attribute']]
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
    prior_interactions,
    case when context_level = 0 then 0 else prior_interactions / (cell_interaction_count + prior_interactions) end as unseen_lift
from published
where not is_suppressed
