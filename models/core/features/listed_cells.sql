-- Grain: cutoff × context × cell whose popular products are listed: those some customer is usually in (country, device, daypart),
-- `all` at every cutoff, and at `live` every cell that counts products. Deep enough that no customer of the cell
-- runs out of new products, however long the history; macro popular_per_scope where nobody asks but popular_products. A cell nobody
-- was in before the cutoff tells nothing: lift 1.
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
)

select
    deepest.cutoff_id,
    deepest.context,
    deepest.cell,
    deepest.list_depth,
    cells.parent_context,
    cells.parent_cell,
    coalesce(cells.interaction_count, 0) as interaction_count,
    coalesce(cells.prior_interactions / (cells.interaction_count + cells.prior_interactions), 1.0) as unseen_lift
from deepest
left join {{ ref('context_cells') }} as cells
    on
        deepest.cutoff_id = cells.cutoff_id
        and deepest.context = cells.context
        and deepest.cell = cells.cell
        and cells.attribute = 'product'
