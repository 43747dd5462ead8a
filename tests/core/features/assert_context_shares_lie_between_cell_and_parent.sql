-- Catches shrinkage that overshoots: a shrunken share must be between the share observed in the cell and the parent's share.
select
    cutoff_id,
    context,
    cell,
    attribute,
    attribute_value
from {{ ref('context_shares') }}
where
    context_level > 0
    and not coalesce(
        shrunken_share between
        least(parent_share, interaction_count / cast(cell_interaction_count as double)) - 1e-12
        and greatest(parent_share, interaction_count / cast(cell_interaction_count as double)) + 1e-12,
        false
    )
