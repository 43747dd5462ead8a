-- Grain: scope × scope_value × rank. What is popular now, with everybody (`all`), in a segment, or in a situation (the contexts
-- of context_crosses that count products): a product's popularity, which is quick to follow fashion, times its lift in the scope,
-- which needs all of history. The lift of a thin cell is drawn to its parent's, so that its list is the parent's and in the end
-- everybody's. Products never touched have no place. Read by landing pages, mailings to segments, and shops for unknown visitors.
with scored as (
    select
        *,
        popularity * lift as scope_popularity
    from {{ ref('scope_lifts') }}
),

totals as (
    select
        scope,
        scope_value,
        {{ stable_sum('scope_popularity') }} as scope_popularity
    from scored
    group by scope, scope_value
),

ranked as (
    select
        scored.*,
        scored.scope_popularity / totals.scope_popularity as popularity_share,
        row_number() over (
            partition by scored.scope, scored.scope_value
            order by scored.scope_popularity desc nulls last, scored.product_id asc nulls last
        ) as popularity_rank
    from scored
    inner join totals
        on
            scored.scope = totals.scope
            and scored.scope_value = totals.scope_value
)

select
    scope,
    scope_value,
    cast(popularity_rank as integer) as popularity_rank,
    product_id,
    popularity_share,
    lift,
    interaction_count,
    scope_interaction_count
from ranked
where popularity_rank <= {{ var('popular_per_scope') }}
