-- Grain: scope × scope_value × product that is popular at all, at `live`. How much more than everybody a segment, or the
-- interactions of a situation, choose it. Scopes are `segment` and the contexts of context_crosses that count products, `all`
-- being everybody. What was never chosen in a scope has the lift of the prior alone, times its parent's. Read by
-- popular_products.
with popularity as (
    select
        popularity.product_id,
        popularity.popularity
    from {{ ref('product_popularity') }} as popularity
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            popularity.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    where popularity.popularity > 0
),

shares as (
    select
        context_shares.context,
        context_shares.context_level,
        context_shares.cell,
        context_shares.parent_context,
        context_shares.parent_cell,
        context_shares.attribute_value as product_id,
        context_shares.interaction_count,
        context_shares.cell_interaction_count,
        context_shares.prior_interactions,
        context_shares.shrunken_share / context_shares.all_share as lift
    from {{ ref('context_shares') }} as context_shares
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            context_shares.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    where context_shares.attribute = 'product'
),

cells as (
    select distinct
        context,
        context_level,
        cell,
        parent_context,
        parent_cell,
        cell_interaction_count,
        prior_interactions / (cell_interaction_count + prior_interactions) as unseen_lift
    from shares
),

{%- for level in range(4) %}

level_{{ level }} as (
    select
        cells.context,
        cells.cell,
        popularity.product_id,
        popularity.popularity,
        {%- if level == 0 %}
        cast(1 as double) as lift,
        {%- else %}
        coalesce(shares.lift, cells.unseen_lift * parents.lift) as lift,
        {%- endif %}
        coalesce(shares.interaction_count, 0) as interaction_count,
        cells.cell_interaction_count as scope_interaction_count
    from cells
    cross join popularity
    {%- if level > 0 %}
    inner join level_{{ level - 1 }} as parents
        on
            cells.parent_context = parents.context
            and cells.parent_cell = parents.cell
            and popularity.product_id = parents.product_id
    {%- endif %}
    left join shares
        on
            cells.context = shares.context
            and cells.cell = shares.cell
            and popularity.product_id = shares.product_id
    where cells.context_level = {{ level }}
),
{%- endfor %}

live_segments as (
    select segments.*
    from {{ ref('segment_lifts') }} as segments
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            segments.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
),

segments as (
    select distinct
        segment,
        segment_interaction_count,
        unseen_lift
    from live_segments
)

{%- for level in range(4) %}
select
    context as scope,
    cell as scope_value,
    product_id,
    popularity,
    lift,
    interaction_count,
    scope_interaction_count
from level_{{ level }}
union all
{%- endfor %}
select
    'segment' as scope,
    segments.segment as scope_value,
    popularity.product_id,
    popularity.popularity,
    coalesce(lifts.lift, segments.unseen_lift) as lift,
    coalesce(lifts.interaction_count, 0) as interaction_count,
    segments.segment_interaction_count as scope_interaction_count
from segments
cross join popularity
left join live_segments as lifts
    on
        segments.segment = lifts.segment
        and popularity.product_id = lifts.product_id
