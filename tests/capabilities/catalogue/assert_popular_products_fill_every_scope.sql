-- Catches a segment or context cell with enough interactions and no list although a popular product was chosen there. Also
-- catches gaps in the ranks, a list of `all` that is too short, and a list of `all` in another order than cutoff_products.
with popularity as (
    select
        products.product_id,
        ranked.popularity_rank
    from {{ ref('cutoff_products') }} as ranked
    inner join {{ ref('clean_products') }} as products on ranked.product_index = products.product_index
    where
        ranked.cutoff_id = 'live'
        and ranked.popularity > 0
),

scopes as (
    select
        counts.context as scope,
        counts.cell as scope_value
    from {{ ref('context_counts') }} as counts
    inner join {{ ref('context_cells') }} as cells
        on
            counts.cutoff_id = cells.cutoff_id
            and counts.context = cells.context
            and counts.cell = cells.cell
            and counts.attribute = cells.attribute
    inner join {{ ref('clean_products') }} as products on counts.attribute_value = cast(products.product_index as string)
    inner join popularity on products.product_id = popularity.product_id
    where
        counts.cutoff_id = 'live'
        and counts.attribute = 'product'
        and {{ marked_customers('counts.customer_marks') }} >= {{ var('smallest_published_cell') }}
        and popularity.popularity_rank <= {{ popular_per_scope() }}
        and cells.interaction_count >= {{ var('catalogue_smallest_cell') }}
        and replace(replace(counts.cell, 'unknown', ''), '|', '') <> ''
        and not exists (
            select 1 from {{ ref('list_rules') }} as rules
            where rules.action = 'exclude' and rules.country is not null
        )
    union
    select
        'segment' as scope,
        segment as scope_value
    from {{ ref('segment_products') }}
    where
        cutoff_id = 'live'
        and segment_rank is not null
        and popularity > 0
        and customer_count >= {{ var('smallest_published_cell') }}
        and segment_interaction_count >= {{ var('catalogue_smallest_cell') }}
        and not exists (
            select 1 from {{ ref('list_rules') }} as rules
            where rules.action = 'exclude' and rules.segment is not null
        )
),

lengths as (
    select
        scope,
        scope_value,
        count(*) as product_count,
        max(popularity_rank) as deepest_rank
    from {{ ref('popular_products') }}
    group by scope, scope_value
),

wanted as (select least(count(*), {{ popular_per_scope() }}) as product_count from popularity)

select
    scopes.scope,
    scopes.scope_value,
    'no list' as found
from scopes
left join lengths
    on
        scopes.scope = lengths.scope
        and scopes.scope_value = lengths.scope_value
where lengths.scope is null
union all
select
    lengths.scope,
    lengths.scope_value,
    cast(lengths.product_count as string) as found
from lengths
cross join wanted
where
    lengths.product_count <> lengths.deepest_rank
    or (lengths.scope = 'all' and lengths.product_count <> wanted.product_count)
union all
select
    popular_products.scope,
    popular_products.scope_value,
    popular_products.product_id as found
from {{ ref('popular_products') }} as popular_products
left join popularity on popular_products.product_id = popularity.product_id
where
    popular_products.scope = 'all'
    and popular_products.popularity_rank is distinct from popularity.popularity_rank
