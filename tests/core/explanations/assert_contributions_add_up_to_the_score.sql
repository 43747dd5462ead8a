-- Catches a score that its parts don't explain: of every served product they add up to it, within 1e-5.
with totals as (
    select
        cutoff_id,
        customer_index,
        product_index,
        {{ stable_sum('contribution') }} as total
    from {{ ref('list_contributions') }}
    group by cutoff_id, customer_index, product_index
)

select
    lists.cutoff_id,
    lists.customer_index,
    lists.product_index,
    lists.method,
    lists.score,
    totals.total
from {{ ref('explained_lists') }} as lists
left join totals
    on
        lists.cutoff_id = totals.cutoff_id
        and lists.customer_index = totals.customer_index
        and lists.product_index = totals.product_index
where lists.score is not null and coalesce(abs(totals.total - lists.score) > 1e-5, true)
