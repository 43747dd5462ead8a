-- Catches a segment, or a cell of a context that counts products, with a list that is short though enough products are popular,
-- or without any; and a list of everybody in another order than that of cutoff_products.
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
        context as scope,
        cell as scope_value
    from {{ ref('context_cells') }}
    where
        cutoff_id = 'live'
        and attribute = 'product'
    union
    select
        'segment' as scope,
        segment as scope_value
    from {{ ref('customer_segments') }}
    where cutoff_id = 'live'
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
    cast(lengths.product_count as string) as found
from scopes
cross join wanted
left join lengths
    on
        scopes.scope = lengths.scope
        and scopes.scope_value = lengths.scope_value
where
    wanted.product_count > 0
    and (
        lengths.product_count is distinct from wanted.product_count
        or lengths.deepest_rank is distinct from wanted.product_count
    )
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
