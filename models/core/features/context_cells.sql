-- Grain: cutoff × context × cell × attribute. Contains the number of interactions in the cell and prior_interactions, one number
-- per context and attribute: the pseudo-count of expected interactions that shrinks the lifts of values in a cell. The count of a
-- value in a cell is modelled as a draw around its expectation at the parent's share, times a lift of mean 1 and variance 1 /
-- prior. The variance is the same for frequent and rare values (gamma-Poisson; Clayton and Kaldor, Biometrics 43, 1987). Rejected
-- alternative: a prior on shares (Dirichlet), which would leave a value of six interactions with lifts of hundreds. The prior is
-- estimated by the method of moments. A parent has X cells with n interactions each, N in total. squared_distance is the sum of
-- (share - parent's share)² over all values of the parent, S is the sum of the parent's squared shares, and V = 1 - S. The sum
-- over cells of n × squared_distance has the expectation V × (X - 1) + S / prior × (N - sum(n²) / N). Cells that vary no more
-- than by chance get the largest prior, and therefore their parent's shares.
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
        bit_or(shares.customer_marks) as customer_marks,
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
        parents.concentration as parent_concentration,
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
        max(parent_concentration) as parent_concentration,
        {{ stable_sum('interaction_count * squared_distance') }} as distance_total
    from distances
    group by cutoff_id, context, attribute, parent_cell
),

moments as (
    select
        cutoff_id,
        context,
        attribute,
        {{ stable_sum('distance_total - freedom * (1 - parent_concentration)') }} as excess,
        {{ stable_sum('parent_concentration * (interaction_total - square_total / interaction_total)') }} as greatest_excess
    from parents
    group by cutoff_id, context, attribute
)

select
    cells.cutoff_id,
    cells.context,
    cells.context_level,
    cells.cell,
    cells.parent_context,
    cells.parent_cell,
    cells.attribute,
    cells.interaction_count,
    cells.customer_marks,
    cells.concentration,
    case when cells.context_level > 0 then {{ prior_interactions('moments.greatest_excess', 'moments.excess') }} end
        as prior_interactions
from cells
left join moments
    on
        cells.cutoff_id = moments.cutoff_id
        and cells.context = moments.context
        and cells.attribute = moments.attribute
