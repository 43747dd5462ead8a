-- Catches rows lost in the assembly, and ranks that skip or repeat: a served list has list_length rows, or as many as there are
-- candidates that may be shown.
with allowed as (
    select
        cutoff_id,
        mode,
        customer_index,
        count(*) filter (where withheld_reason is null) as allowed_count
    from {{ ref('candidate_dispositions') }}
    group by cutoff_id, mode, customer_index
),

lists as (
    select
        cutoff_id,
        mode,
        customer_index,
        count(*) as row_count,
        count(distinct product_index) as product_count,
        min(list_rank) as first_rank,
        max(list_rank) as last_rank
    from {{ ref('assembled_lists') }}
    group by cutoff_id, mode, customer_index
)

select
    allowed.cutoff_id,
    allowed.mode,
    allowed.customer_index,
    allowed.allowed_count,
    lists.row_count
from allowed
inner join {{ ref('cutoffs') }} as cutoffs on allowed.cutoff_id = cutoffs.cutoff_id
left join lists
    on
        allowed.cutoff_id = lists.cutoff_id
        and allowed.mode = lists.mode
        and allowed.customer_index = lists.customer_index
where
    coalesce(lists.row_count, 0) <> least(
        allowed.allowed_count,
        case
            when cutoffs.purpose = 'live' then {{ var('list_length') }} else {{ longest_list() }}
        end
    )
    or lists.product_count <> lists.row_count
    or lists.first_rank <> 1
    or lists.last_rank <> lists.row_count
