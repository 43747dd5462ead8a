-- Grain: cutoff × mode × source × customer × rank, on the test cutoff, down to the largest k. Contains the list of each source
-- alone, the list of each ranking method, the chosen method as source `hybrid`, and the assembled list as source `assembled`. A
-- view, because its readers use few of its rows and a table would be the longest of all.
{{ config(materialized='view') }}
with alone as (
    select
        list_index,
        source,
        {{ explode_ranked({'product_index': first_elements('product_indexes', evaluation_depth())}, 'list_rank') }}
    from {{ ref('source_lists') }}
),

numbered as (
    select
        list_index,
        source,
        list_rank,
        product_index
    from alone
    union all
    select
        list_index,
        method as source,
        list_rank,
        product_index
    from {{ ref('ranked_pool') }}
    union all
    select
        list_index,
        'hybrid' as source,
        list_rank,
        product_index
    from {{ ref('ranked_pool') }}
    where is_chosen
    union all
    select
        list_index,
        'assembled' as source,
        list_rank,
        product_index
    from {{ ref('assembled_lists') }}
)

select
    lists.cutoff_id,
    lists.mode,
    numbered.source,
    lists.customer_index,
    numbered.list_rank,
    numbered.product_index
from numbered
inner join {{ ref('lists') }} as lists
    on
        numbered.list_index = lists.list_index
        and lists.purpose = 'test'
where numbered.list_rank <= {{ evaluation_depth() }}
