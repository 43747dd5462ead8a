-- Grain: cutoff × mode × method × customer × product of the pool, in the order of the method: on `test` by every method, so that
-- they can be compared there, on `live` by the chosen one only. `tune` is not ordered again; ranker_fits has judged there.
-- Customers without a history are ordered by weighted_score whatever the method, since no ranker learnt from their kind. Read by
-- blended_lists and evaluated_lists.
with methods as (
    select
        cutoffs.cutoff_id,
        methods.mode,
        methods.method
    from {{ ref('ranking_methods') }} as methods
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            cutoffs.purpose = 'test'
            or (cutoffs.purpose = 'live' and methods.is_chosen and methods.mode = '{{ served_mode() }}')
),

scored as (
    select
        pool.cutoff_id,
        pool.mode,
        methods.method,
        pool.customer_id,
        pool.product_id,
        pool.rung,
        pool.pool_rank,
        case
            when {{ is_rung_with_history('pool.rung') }} and methods.method = 'cascade' then pool.cascade_score
            when {{ is_rung_with_history('pool.rung') }} and methods.method = 'stacked' then stacked.stacked_score
            else pool.weighted_score
        end as score
    from {{ ref('pool') }} as pool
    inner join methods
        on
            pool.cutoff_id = methods.cutoff_id
            and pool.mode = methods.mode
    left join {{ ref('ranker_scores') }} as stacked
        on
            methods.method = 'stacked'
            and pool.cutoff_id = stacked.cutoff_id
            and pool.mode = stacked.mode
            and pool.customer_id = stacked.customer_id
            and pool.product_id = stacked.product_id
)

select
    cutoff_id,
    mode,
    method,
    customer_id,
    product_id,
    rung,
    score,
    row_number() over (
        partition by cutoff_id, mode, method, customer_id order by score desc nulls last, pool_rank asc nulls last
    ) as list_rank
from scored
where score is not null
