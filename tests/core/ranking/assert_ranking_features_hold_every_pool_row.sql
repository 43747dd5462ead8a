-- Catches a block of lists that is lost or filled twice: every pool row of a list that the ranker may see has one row of
-- features. A refresh makes no lists of tune, and leaves the examples as they are.
with expected as (
    select
        pool.list_index,
        count(*) as row_count
    from {{ ref('pool') }} as pool
    inner join {{ ref('lists') }} as lists on pool.list_index = lists.list_index
    inner join {{ ref('ranking_methods') }} as methods
        on
            lists.mode = methods.mode
            and methods.is_chosen
    where
        (lists.purpose in ('tune', 'test') or (lists.purpose = 'live' and methods.method = 'stacked'))
        and {{ is_rung_with_history('lists.rung') }}
        and {{ ranker_is_used() }}
    group by pool.list_index
),

rows_found as (
    select list_index from {{ ref('ranking_features') }}
    union all
    select examples.list_index
    from {{ ref('ranking_examples') }} as examples
    inner join {{ ref('lists') }} as lists
        on
            examples.list_index = lists.list_index
            and lists.purpose = 'tune'
),

found as (
    select
        list_index,
        count(*) as row_count
    from rows_found
    group by list_index
)

select
    expected.list_index,
    expected.row_count,
    found.row_count as found_row_count
from expected
full outer join found on expected.list_index = found.list_index
where expected.row_count is distinct from found.row_count
