-- Grain: scope × scope_value × rank. Products that are popular now among all customers (`all`), in a segment, or in a context
-- (contexts of context_crosses that count products), from the lists of context_products and segment_products. A segment or
-- context cell has a list only from catalogue_smallest_cell interactions on. The list contains only products that
-- smallest_published_cell customers chose there: the list of a device that one customer uses would be that customer's history. A
-- scope without a list falls back to the list of `all`. A rule that excludes products for a segment or a country removes them
-- from the lists of that segment and of contexts in that country. Lossy: numbers are suppressed if few customers are behind them,
-- or if sums over a scope's products or a product's scopes would reveal such a number (macro suppressed_cells).
with live as (
    select cutoff_id from {{ ref('cutoffs') }}
    where purpose = 'live'
),

scopes as (
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

seen as (
    select
        observed.context,
        observed.cell,
        observed.parent_cell,
        cast(observed.attribute_value as integer) as product_index,
        {{ marked_customers('observed.customer_marks') }} as customer_count
    from {{ ref('context_shares') }} as observed
    inner join live on observed.cutoff_id = live.cutoff_id
    where observed.attribute = 'product'
    union all
    select
        'segment' as context,
        segments.segment as cell,
        'all' as parent_cell,
        segments.product_index,
        segments.customer_count
    from {{ ref('segment_products') }} as segments
    inner join live on segments.cutoff_id = live.cutoff_id
    where segments.interaction_count > 0
),

published as (
    {{ suppressed_cells(
        'seen', 'customer_count', ['cell', 'product_index'],
        [['context', 'cell'], ['context', 'product_index'], ['context', 'parent_cell', 'product_index']]
    ) | indent(4) }}
),

excluded as (
    select
        rule_products.product_index,
        rules.segment,
        upper(rules.country) as country
    from {{ ref('active_rules') }} as rules
    inner join live on rules.cutoff_id = live.cutoff_id
    inner join {{ ref('rule_products') }} as rule_products
        on
            rules.cutoff_id = rule_products.cutoff_id
            and rules.rule_id = rule_products.rule_id
    where rules.action = 'exclude'
),

ranked as (
    select
        scopes.*,
        products.product_id,
        published.is_suppressed,
        row_number() over (partition by scopes.context, scopes.cell order by scopes.context_rank asc nulls last)
            as popularity_rank
    from scopes
    inner join live on scopes.cutoff_id = live.cutoff_id
    inner join {{ ref('clean_products') }} as products on scopes.product_index = products.product_index
    inner join published
        on
            scopes.context = published.context
            and scopes.cell = published.cell
            and scopes.product_index = published.product_index
    where
        scopes.popularity > 0
        and scopes.context_rank is not null
        and (
            scopes.context = 'all'
            or (
                scopes.cell_interaction_count >= {{ var('catalogue_smallest_cell') }}
                and published.customer_count >= {{ var('smallest_published_cell') }}
                and replace(replace(scopes.cell, 'unknown', ''), '|', '') <> ''
            )
        )
        and not exists (
            select 1 from excluded
            where
                scopes.product_index = excluded.product_index
                and (
                    (scopes.context = 'segment' and scopes.cell = excluded.segment)
                    or (scopes.context <> 'segment' and {{ cell_has('scopes.cell', 'excluded.country') }})
                )
        )
)

select
    context as scope,
    cell as scope_value,
    cast(popularity_rank as integer) as popularity_rank,
    product_id,
    case when not is_suppressed then popularity_share end as popularity_share,
    case when not is_suppressed then lift end as lift,
    case when not is_suppressed then interaction_count end as interaction_count,
    cell_interaction_count as scope_interaction_count
from ranked
where popularity_rank <= {{ popular_per_scope() }}
