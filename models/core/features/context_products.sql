-- Grain: cutoff × context (`all`, or one of context_crosses) × cell × product, the most popular products of the cell by
-- popularity × lift. popularity follows fashion quickly; lift uses the whole history. lift is the product's frequency in the cell
-- relative to all interactions, from the shrunken shares of context_shares, so a product with few interactions has the parent's
-- lift. Cells: those usual for some customer (country, device, daypart), `all` at every cutoff, and at `live` every cell that
-- counts products. Lists are deep enough that no customer of the cell runs out of new products, however long the history; cells
-- that only popular_products reads have the depth of macro popular_per_scope. Lossy: products beyond the depth.
with usual_cells as (
    {%- for dimension in usual_dimensions() %}
    select distinct
        cutoff_id,
        '{{ dimension }}' as context,
        {{ dimension }} as cell
    from {{ ref('usual_contexts') }}
    where {{ dimension }} is not null
    union all
    {%- endfor %}
    select
        cutoff_id,
        'all' as context,
        'all' as cell
    from {{ ref('cutoffs') }}
),

histories as (
    select
        cutoff_id,
        customer_index,
        count(*) as product_count
    from {{ ref('customer_product_strengths') }}
    group by cutoff_id, customer_index
),

longest_histories as (
    select
        cutoff_id,
        max(product_count) as product_count
    from histories
    group by cutoff_id
),

needed_cells as (
    select
        usual_cells.*,
        {{ var('candidates_per_source') }} + coalesce(longest_histories.product_count, 0) as list_depth
    from usual_cells
    left join longest_histories on usual_cells.cutoff_id = longest_histories.cutoff_id
    union all
    select
        cells.cutoff_id,
        cells.context,
        cells.cell,
        {{ popular_per_scope() }} as list_depth
    from {{ ref('context_cells') }} as cells
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            cells.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    where cells.attribute = 'product'
),

listed as (
    select
        cutoff_id,
        context,
        cell,
        max(list_depth) as list_depth
    from needed_cells
    group by cutoff_id, context, cell
),

{{ lifts_of_cells(['list_depth']) }},

totals as (
    select
        cutoff_id,
        context,
        cell,
        {{ stable_sum('popularity * lift') }} as total_popularity
    from lifted
    group by cutoff_id, context, cell
),

ranked as (
    select
        lifted.*,
        least(coalesce(lifted.popularity * lifted.lift / nullif(totals.total_popularity, 0), 0), 1) as popularity_share,
        row_number() over (
            partition by lifted.cutoff_id, lifted.context, lifted.cell
            order by lifted.popularity * lifted.lift desc nulls last, lifted.popularity_rank asc nulls last
        ) as context_rank
    from lifted
    inner join totals
        on
            lifted.cutoff_id = totals.cutoff_id
            and lifted.context = totals.context
            and lifted.cell = totals.cell
)

select
    cutoff_id,
    context,
    cell,
    product_index,
    popularity,
    lift,
    popularity_share,
    interaction_count,
    cell_interaction_count,
    context_rank
from ranked
where context_rank <= list_depth
