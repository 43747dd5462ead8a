-- Grain: cutoff × context × cell × attribute. How much happened in the cell, and how many interactions of its parent it is given
-- (prior_interactions, one value per context and attribute): the counts of a cell are taken as draws from shares that are
-- themselves drawn from a Dirichlet distribution around the parent's, and the prior is its concentration. By moments: the sum
-- over cells of n × squared_distance has the expectation V × ((X - 1) × (1 - rho) + rho × (N - sum(n²) / N)), where a parent has
-- X cells with n interactions each, N together; squared_distance is the sum of (share - parent's share)² over all values of the
-- parent, V = 1 - the sum of the parent's squared shares, and rho = 1 / (prior + 1) is how alike interactions of one cell are
-- (Kleinman, J. Am. Stat. Assoc. 68, 1973; for more than two values Brier, Biometrika 67, 1980). Cells that differ by no more
-- than chance get the largest prior, and so their parent's shares. unseen_lift is what the prior leaves of a value's lift in the
-- parent where the value was never seen in the cell.
with shares as (
    select
        *,
        sum(interaction_count) over (partition by cutoff_id, context, cell, attribute) as cell_interaction_count,
        interaction_count
        / cast(sum(interaction_count) over (partition by cutoff_id, context, cell, attribute) as double) as observed_share
    from {{ ref('context_counts') }}
),

cells as (
    select
        shares.cutoff_id,
        shares.context,
        shares.context_level,
        shares.cell,
        shares.parent_context,
        shares.parent_cell,
        shares.attribute,
        cast(max(shares.cell_interaction_count) as bigint) as interaction_count,
        {{ stable_sum('shares.observed_share * shares.observed_share') }} as concentration,
        {{ stable_sum('shares.observed_share * parents.observed_share') }} as agreement
    from shares
    left join shares as parents
        on
            shares.cutoff_id = parents.cutoff_id
            and shares.parent_context = parents.context
            and shares.parent_cell = parents.cell
            and shares.attribute = parents.attribute
            and shares.attribute_value = parents.attribute_value
    group by
        shares.cutoff_id,
        shares.context,
        shares.context_level,
        shares.cell,
        shares.parent_context,
        shares.parent_cell,
        shares.attribute
),

distances as (
    select
        cells.*,
        1 - parents.concentration as diversity,
        greatest(cells.concentration - 2 * cells.agreement + parents.concentration, 0) as squared_distance
    from cells
    inner join cells as parents
        on
            cells.cutoff_id = parents.cutoff_id
            and cells.parent_context = parents.context
            and cells.parent_cell = parents.cell
            and cells.attribute = parents.attribute
),

parents as (
    select
        cutoff_id,
        context,
        attribute,
        parent_cell,
        count(*) - 1 as freedom,
        cast(sum(interaction_count) as double) as interaction_total,
        cast(sum(interaction_count * interaction_count) as double) as square_total,
        max(diversity) as diversity,
        {{ stable_sum('interaction_count * squared_distance') }} as distance_total
    from distances
    group by cutoff_id, context, attribute, parent_cell
),

moments as (
    select
        cutoff_id,
        context,
        attribute,
        {{ stable_sum('distance_total - freedom * diversity') }} as excess,
        {{ stable_sum('diversity * (interaction_total - square_total / interaction_total - freedom)') }} as greatest_excess
    from parents
    group by cutoff_id, context, attribute
),

with_priors as (
    select
        cells.*,
        case when cells.context_level > 0 then {{ prior_interactions('moments.greatest_excess', 'moments.excess') }} end
            as prior_interactions
    from cells
    left join moments
        on
            cells.cutoff_id = moments.cutoff_id
            and cells.context = moments.context
            and cells.attribute = moments.attribute
)

select
    cutoff_id,
    context,
    context_level,
    cell,
    parent_context,
    parent_cell,
    attribute,
    interaction_count,
    concentration,
    prior_interactions,
    prior_interactions / (interaction_count + prior_interactions) as unseen_lift
from with_priors
