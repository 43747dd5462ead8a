-- Grain: cutoff × context (`all`, or of context_crosses) × cell × product, the most popular there: popularity, which is quick to
-- follow fashion, times lift, which needs all of history. lift is how much more often the product is chosen in the cell than
-- anywhere, from the shrunken shares of context_shares, so a cell of few interactions has its parent's. What was never chosen in
-- a cell has what the prior leaves of its lift in the parent; a cell without interactions before the cutoff has lift 1. Cells
-- are those some customer is usually in (country, device, daypart), `all` at every cutoff, and at `live` every cell that counts
-- products. Lists are deep enough that no customer of the cell runs out of new products, however long the history; macro
-- popular_per_scope for cells that only popular_products reads. Lossy: beyond the depth of the list.
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

wanted as (
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

deepest as (
    select
        cutoff_id,
        context,
        cell,
        max(list_depth) as list_depth
    from wanted
    group by cutoff_id, context, cell
),

listed as (
    select
        deepest.cutoff_id,
        deepest.context,
        deepest.cell,
        deepest.list_depth,
        cells.parent_context,
        cells.parent_cell,
        coalesce(cells.interaction_count, 0) as interaction_count,
        coalesce(cells.unseen_lift, 1.0) as unseen_lift
    from deepest
    left join {{ ref('context_cells') }} as cells
        on
            deepest.cutoff_id = cells.cutoff_id
            and deepest.context = cells.context
            and deepest.cell = cells.cell
            and cells.attribute = 'product'
),

lifts as (
    select
        cutoff_id,
        context,
        cell,
        cast(attribute_value as integer) as product_index,
        interaction_count,
        shrunken_share / all_share as lift
    from {{ ref('context_shares') }}
    where attribute = 'product'
),

-- A chain of parents has at most three steps, and what has no row in `all` has lift 1 there.
lifted as (
    select
        cells.cutoff_id,
        cells.context,
        cells.cell,
        cells.list_depth,
        cells.interaction_count as cell_interaction_count,
        popularity.product_index,
        popularity.popularity,
        popularity.popularity_rank,
        coalesce(own.interaction_count, 0) as interaction_count,
        coalesce(
            own.lift,
            cells.unseen_lift * coalesce(
                parent_lifts.lift, parents.unseen_lift * coalesce(grandparent_lifts.lift, grandparents.unseen_lift, 1.0), 1.0
            )
        ) as lift
    from listed as cells
    inner join {{ ref('cutoff_products') }} as popularity on cells.cutoff_id = popularity.cutoff_id
    {%- for child, parent in [('cells', 'parents'), ('parents', 'grandparents')] %}
    left join listed as {{ parent }}
        on
            cells.cutoff_id = {{ parent }}.cutoff_id
            and {{ child }}.parent_context = {{ parent }}.context
            and {{ child }}.parent_cell = {{ parent }}.cell
    {%- endfor %}
    {%- for cell, found in [('cells', 'own'), ('parents', 'parent_lifts'), ('grandparents', 'grandparent_lifts')] %}
    left join lifts as {{ found }}
        on
            {{ cell }}.cutoff_id = {{ found }}.cutoff_id
            and {{ cell }}.context = {{ found }}.context
            and {{ cell }}.cell = {{ found }}.cell
            and popularity.product_index = {{ found }}.product_index
    {%- endfor %}
),

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
