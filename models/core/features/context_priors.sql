-- Grain: cutoff × context × attribute, `all` aside: how many interactions of its parent each cell is given. The counts of a
-- cell are taken for draws from shares that are themselves drawn from a Dirichlet distribution around the parent's; its
-- concentration is the prior. By moments: the sum over cells of n × squared_distance has the expectation V × ((X - 1) × (1 -
-- rho) + rho × (N - sum(n²) / N)), where a parent has X cells with n interactions each, N together, V = 1 - the sum of its
-- squared shares, and rho = 1 / (prior + 1) is how alike interactions of one cell are (Kleinman, J. Am. Stat. Assoc. 68, 1973;
-- for more than two values Brier, Biometrika 67, 1980). Cells that differ by no more than chance get the largest prior, and so
-- their parent's shares.
with parents as (
    select
        cutoff_id,
        context,
        attribute,
        parent_cell,
        count(*) as cell_count,
        cast(sum(interaction_count) as double) as interaction_total,
        cast(sum(interaction_count * interaction_count) as double) as square_total,
        max(parent_diversity) as diversity,
        {{ stable_sum('interaction_count * squared_distance') }} as distance_total
    from {{ ref('context_cells') }}
    where context_level > 0
    group by cutoff_id, context, attribute, parent_cell
),

moments as (
    select
        cutoff_id,
        context,
        attribute,
        cast(sum(cell_count) as bigint) as cell_count,
        {{ stable_sum('distance_total - (cell_count - 1) * diversity') }} as excess,
        {{ stable_sum('diversity * (interaction_total - square_total / interaction_total - (cell_count - 1))') }}
            as greatest_excess
    from parents
    group by cutoff_id, context, attribute
)

select
    cutoff_id,
    context,
    attribute,
    cell_count,
    case when greatest_excess > 0 then excess / greatest_excess end as likeness,
    {{ prior_interactions('greatest_excess', 'excess') }} as prior_interactions
from moments
