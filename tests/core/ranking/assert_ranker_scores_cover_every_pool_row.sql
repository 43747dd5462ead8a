-- Catches a block of lists that is lost or written twice: every pool row of a list that the ranker scores has one score, and
-- every pool row of a list that it learns from is an example. A refresh computes no tuning lists and keeps the examples.
with expected as (
    select
        pool.list_index,
        lists.purpose,
        count(*) as row_count
    from {{ ref('pool') }} as pool
    inner join {{ ref('lists') }} as lists on pool.list_index = lists.list_index
    inner join {{ ref('ranking_methods') }} as methods
        on
            lists.mode = methods.mode
            and methods.method = 'stacked'
    {{- join_list_methods('lists') }}
    where
        case lists.purpose
            when 'tune' then true
            when 'test' then methods.iterations is not null
            else {{ is_list_method('methods') }}
        end
        and {{ is_tier_with_history('lists.tier') }}
        and {{ ranker_is_used() }}
    group by pool.list_index, lists.purpose
),

rows_found as (
    select list_index from {{ ref('ranker_scores') }}
    union all
    select examples.list_index
    from {{ ref('ranking_examples') }} as examples
    inner join {{ ref('lists') }} as lists
        on
            examples.list_index = lists.list_index
            and lists.purpose = 'tune'
),

scored as (
    select
        list_index,
        count(*) as row_count
    from rows_found
    group by list_index
)

select
    expected.list_index,
    expected.row_count,
    scored.row_count as found_row_count
from expected
full outer join scored on expected.list_index = scored.list_index
where expected.row_count is distinct from scored.row_count
