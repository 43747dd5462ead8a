-- Grain: scope × scope_value × rank. What is popular now, with everybody (`all`), in a segment, or in a situation (the contexts
-- of context_crosses that count products), from the lists of context_products. Products never touched have no place. Read by
-- landing pages, mailings to segments, and shops for unknown visitors.
select
    listed.context as scope,
    listed.cell as scope_value,
    cast(listed.context_rank as integer) as popularity_rank,
    listed.product_id,
    listed.popularity_share,
    listed.lift,
    listed.interaction_count,
    listed.cell_interaction_count as scope_interaction_count
from {{ ref('context_products') }} as listed
inner join {{ ref('cutoffs') }} as cutoffs
    on
        listed.cutoff_id = cutoffs.cutoff_id
        and cutoffs.purpose = 'live'
where
    listed.context_rank <= {{ var('popular_per_scope') }}
    and listed.popularity > 0
    -- A country that only the master data knows is no situation.
    and listed.cell_interaction_count > 0
