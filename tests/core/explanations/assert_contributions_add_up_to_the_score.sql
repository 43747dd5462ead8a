-- Catches a score that its parts don't explain: of every served product they add up to it, within 1e-5.
with totals as (
    select
        cutoff_id,
        customer_id,
        product_id,
        {{ stable_sum('contribution') }} as total
    from {{ ref('list_contributions') }}
    group by cutoff_id, customer_id, product_id
)

select
    lists.cutoff_id,
    lists.customer_id,
    lists.product_id,
    lists.method,
    lists.score,
    totals.total
from {{ ref('explained_lists') }} as lists
left join totals
    on
        lists.cutoff_id = totals.cutoff_id
        and lists.customer_id = totals.customer_id
        and lists.product_id = totals.product_id
where lists.score is not null and coalesce(abs(totals.total - lists.score) > 1e-5, true)
