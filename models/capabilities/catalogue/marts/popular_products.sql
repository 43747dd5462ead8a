-- Grain: scope × scope_value × rank. What is popular now, with everybody (`all`), in a segment, or in a situation (the contexts
-- of context_crosses that count products), from the lists of context_products and segment_products. Products never touched have
-- no place. Lossy: of products chosen by few in the scope only the place is published (macro suppressed_cells).
with scopes as (
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
    from {{ ref('context_products') }}
    union all
    select
        cutoff_id,
        'segment' as context,
        segment as cell,
        product_index,
        popularity,
        lift,
        popularity_share,
        interaction_count,
        segment_interaction_count as cell_interaction_count,
        segment_rank as context_rank
    from {{ ref('segment_products') }}
),

listed as (
    select
        scopes.*,
        products.product_id
    from scopes
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            scopes.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    inner join {{ ref('clean_products') }} as products on scopes.product_index = products.product_index
    where
        scopes.context_rank <= {{ popular_per_scope() }}
        and scopes.popularity > 0
        -- A country that only the master data knows is no situation.
        and scopes.cell_interaction_count > 0
),

published as (
    {{ suppressed_cells('listed', 'interaction_count', ['product_id'], [['context', 'cell']]) | indent(4) }}
)

select
    context as scope,
    cell as scope_value,
    cast(context_rank as integer) as popularity_rank,
    product_id,
    case when not is_suppressed then popularity_share end as popularity_share,
    case when not is_suppressed then lift end as lift,
    case when not is_suppressed then interaction_count end as interaction_count,
    cell_interaction_count as scope_interaction_count
from published
