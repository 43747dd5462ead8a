-- Grain: list × method × product of the pool, in the order of the method. `test` has all methods, to compare them; `live` has
-- only the method of the list (is_chosen), the chosen one unless the seam list_settings names another. `tune` is not ranked
-- again, because ranker_fits has evaluated the methods there.
-- Customers without a history are ranked by weighted_score whatever the method, because no ranker was trained on such customers.
-- The order of weighted_score is that of the pool and needs no sort.
with methods as (
    select
        lists.list_index,
        case when {{ is_tier_with_history('lists.tier') }} then methods.method else 'weighted' end as orders_by,
        methods.method,
        {{ is_list_method('methods') }} as is_chosen
    from {{ ref('ranking_methods') }} as methods
    inner join {{ ref('lists') }} as lists on methods.mode = lists.mode
    {{- join_list_methods('lists') }}
    where
        (lists.purpose = 'test' or (lists.purpose = 'live' and {{ is_list_method('methods') }}))
        and (methods.method <> 'stacked' or methods.iterations is not null)
),

scored as (
    select
        pool.list_index,
        methods.method,
        methods.is_chosen,
        pool.product_index,
        pool.pool_rank,
        case when methods.orders_by = 'cascade' then pool.cascade_score else stacked.stacked_score end as score
    from {{ ref('pool') }} as pool
    inner join methods
        on
            pool.list_index = methods.list_index
            and methods.orders_by <> 'weighted'
    left join {{ ref('ranker_scores') }} as stacked
        on
            methods.orders_by = 'stacked'
            and pool.list_index = stacked.list_index
            and pool.product_index = stacked.product_index
)

select
    pool.list_index,
    methods.method,
    methods.is_chosen,
    pool.product_index,
    pool.weighted_score as score,
    pool.pool_rank as list_rank
from {{ ref('pool') }} as pool
inner join methods
    on
        pool.list_index = methods.list_index
        and methods.orders_by = 'weighted'
union all
select
    list_index,
    method,
    is_chosen,
    product_index,
    score,
    cast(
        row_number() over (partition by list_index, method order by score desc nulls last, pool_rank asc nulls last) as integer
    ) as list_rank
from scored
where score is not null
