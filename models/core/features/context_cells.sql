-- Grain: cutoff × context × cell × attribute. How much happened in the cell, and how far the shares of its values lie from
-- those of its parent: squared_distance is the sum of (share - parent's share)² over all values of the parent, those never seen
-- in the cell among them.
with totals as (
    select
        cutoff_id,
        context,
        context_level,
        cell,
        parent_context,
        parent_cell,
        attribute,
        cast(sum(interaction_count) as bigint) as interaction_count
    from {{ ref('context_counts') }}
    group by cutoff_id, context, context_level, cell, parent_context, parent_cell, attribute
),

shares as (
    select
        counts.cutoff_id,
        counts.context,
        counts.cell,
        counts.parent_context,
        counts.parent_cell,
        counts.attribute,
        counts.attribute_value,
        counts.interaction_count / cast(totals.interaction_count as double) as observed_share
    from {{ ref('context_counts') }} as counts
    inner join totals
        on
            counts.cutoff_id = totals.cutoff_id
            and counts.context = totals.context
            and counts.cell = totals.cell
            and counts.attribute = totals.attribute
),

concentrations as (
    select
        cutoff_id,
        context,
        cell,
        attribute,
        {{ stable_sum('observed_share * observed_share') }} as concentration
    from shares
    group by cutoff_id, context, cell, attribute
),

agreements as (
    select
        shares.cutoff_id,
        shares.context,
        shares.cell,
        shares.attribute,
        {{ stable_sum('shares.observed_share * parents.observed_share') }} as agreement
    from shares
    inner join shares as parents
        on
            shares.cutoff_id = parents.cutoff_id
            and shares.parent_context = parents.context
            and shares.parent_cell = parents.cell
            and shares.attribute = parents.attribute
            and shares.attribute_value = parents.attribute_value
    group by shares.cutoff_id, shares.context, shares.cell, shares.attribute
)

select
    totals.cutoff_id,
    totals.context,
    totals.context_level,
    totals.cell,
    totals.parent_context,
    totals.parent_cell,
    totals.attribute,
    totals.interaction_count,
    1 - parents.concentration as parent_diversity,
    case
        when totals.context_level > 0
            then greatest(concentrations.concentration - 2 * agreements.agreement + parents.concentration, 0)
    end as squared_distance
from totals
inner join concentrations
    on
        totals.cutoff_id = concentrations.cutoff_id
        and totals.context = concentrations.context
        and totals.cell = concentrations.cell
        and totals.attribute = concentrations.attribute
left join concentrations as parents
    on
        totals.cutoff_id = parents.cutoff_id
        and totals.parent_context = parents.context
        and totals.parent_cell = parents.cell
        and totals.attribute = parents.attribute
left join agreements
    on
        totals.cutoff_id = agreements.cutoff_id
        and totals.context = agreements.context
        and totals.cell = agreements.cell
        and totals.attribute = agreements.attribute
