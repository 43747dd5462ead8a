-- Grain: cutoff × context (country, device, daypart, all) × cell some customer is usually in × product, the most popular
-- there. lift is how much more often the product is chosen in the cell than anywhere, from the shrunken shares of
-- context_shares, so a cell of few interactions has lifts near 1; popularity × lift ranks the products. Products never seen
-- in the cell have the lift the prior leaves them. Lossy: beyond the depth the longest history can need, so that no customer
-- of the cell runs out of new products. Read by context_popularity.
with cells as (
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

depths as (
    select
        cutoff_id,
        {{ var('candidates_per_source') }} + max(product_count) as list_depth
    from (
        select
            cutoff_id,
            customer_id,
            count(*) as product_count
        from {{ ref('customer_product_strengths') }}
        group by cutoff_id, customer_id
    ) as histories
    group by cutoff_id
),

seen_shares as (
    select
        cutoff_id,
        context,
        cell,
        attribute_value as product_id,
        shrunken_share / all_share as lift
    from {{ ref('context_shares') }}
    where attribute = 'product' and context_level = 1
),

seen_counts as (
    select
        cutoff_id,
        context,
        cell,
        count(*) as product_count
    from seen_shares
    group by cutoff_id, context, cell
),

-- A cell nobody was in before the cutoff tells nothing: lift 1.
described as (
    select
        cells.cutoff_id,
        cells.context,
        cells.cell,
        coalesce(
            priors.prior_interactions / (context_cells.interaction_count + priors.prior_interactions), 1.0
        ) as unseen_lift,
        coalesce(depths.list_depth, {{ var('candidates_per_source') }}) as list_depth,
        coalesce(seen_counts.product_count, 0) as seen_count
    from cells
    left join depths on cells.cutoff_id = depths.cutoff_id
    left join {{ ref('context_cells') }} as context_cells
        on
            cells.cutoff_id = context_cells.cutoff_id
            and cells.context = context_cells.context
            and cells.cell = context_cells.cell
            and context_cells.attribute = 'product'
            and context_cells.context_level = 1
    left join {{ ref('context_priors') }} as priors
        on
            context_cells.cutoff_id = priors.cutoff_id
            and context_cells.context = priors.context
            and context_cells.attribute = priors.attribute
    left join seen_counts
        on
            cells.cutoff_id = seen_counts.cutoff_id
            and cells.context = seen_counts.context
            and cells.cell = seen_counts.cell
),

-- Of the most popular depth + n products at least depth were not among the n seen in the cell.
ranked as (
    select
        described.cutoff_id,
        described.context,
        described.cell,
        described.list_depth,
        described.unseen_lift,
        popularity.product_id,
        popularity.popularity,
        coalesce(seen_shares.lift, described.unseen_lift) as lift,
        row_number() over (
            partition by described.cutoff_id, described.context, described.cell
            order by
                popularity.popularity * coalesce(seen_shares.lift, described.unseen_lift) desc nulls last,
                popularity.popularity_rank asc nulls last
        ) as context_rank
    from described
    inner join {{ ref('product_popularity') }} as popularity on described.cutoff_id = popularity.cutoff_id
    left join seen_shares
        on
            described.cutoff_id = seen_shares.cutoff_id
            and described.context = seen_shares.context
            and described.cell = seen_shares.cell
            and popularity.product_id = seen_shares.product_id
    where seen_shares.product_id is not null or popularity.popularity_rank <= described.list_depth + described.seen_count
)

select
    cutoff_id,
    context,
    cell,
    product_id,
    popularity,
    lift,
    unseen_lift,
    context_rank
from ranked
where context_rank <= list_depth
