-- Grain: cutoff × context × cell × attribute × value with an interaction in the cell before the cutoff. The shrunken share is the
-- parent's shrunken share times the value's lift in the cell (macro shrunken_lift). A value with few interactions therefore keeps
-- its parent's share, and a parent with few interactions keeps its own parent's. Shares are computed from `all` downwards, one
-- level at a time. Values never seen in a cell have no row; their lift over the parent is prior / (expected + prior), where
-- expected is the cell's interactions times the parent's share. The shares of a cell sum to about 1.
with observed as (
    select
        counts.cutoff_id,
        counts.context,
        counts.context_level,
        counts.cell,
        counts.parent_context,
        counts.parent_cell,
        counts.attribute,
        counts.attribute_value,
        counts.interaction_count,
        counts.customer_marks,
        cells.interaction_count as cell_interaction_count,
        cells.prior_interactions
    from {{ ref('context_counts') }} as counts
    inner join {{ ref('context_cells') }} as cells
        on
            counts.cutoff_id = cells.cutoff_id
            and counts.context = cells.context
            and counts.cell = cells.cell
            and counts.attribute = cells.attribute
),

level_0 as (
    select
        *,
        cast(null as double) as parent_share,
        interaction_count / cast(cell_interaction_count as double) as all_share,
        interaction_count / cast(cell_interaction_count as double) as shrunken_share
    from observed
    where context_level = 0
)

{%- for level in range(1, 4) %},

level_{{ level }} as (
    select
        observed.*,
        parents.shrunken_share as parent_share,
        parents.all_share,
        parents.shrunken_share * {{ shrunken_lift(
            'observed.interaction_count',
            'observed.cell_interaction_count * parents.shrunken_share',
            'observed.prior_interactions'
        ) }} as shrunken_share
    from observed
    inner join level_{{ level - 1 }} as parents
        on
            observed.cutoff_id = parents.cutoff_id
            and observed.parent_context = parents.context
            and observed.parent_cell = parents.cell
            and observed.attribute = parents.attribute
            and observed.attribute_value = parents.attribute_value
    where observed.context_level = {{ level }}
)
{%- endfor %}

{% for level in range(4) %}
select * from level_{{ level }}
{{ 'union all' if not loop.last }}
{%- endfor %}
