-- Catches a score that its contributions do not explain: those of every served product add up to it within 1e-5. A score of 0
-- needs none.
with parts as (
    select
        customer_index,
        product_index,
        {{ explode_ranked({'contribution': 'contributions'}, 'part_number') }}
    from {{ ref('list_contributions') }}
),

totals as (
    select
        customer_index,
        product_index,
        {{ stable_sum('contribution') }} as total
    from parts
    group by customer_index, product_index
)

select
    lists.cutoff_id,
    lists.customer_index,
    lists.product_index,
    lists.method,
    lists.score,
    totals.total
from {{ ref('explained_lists') }} as lists
left join {{ ref('list_contributions') }} as contributions
    on
        lists.customer_index = contributions.customer_index
        and lists.product_index = contributions.product_index
left join totals
    on
        lists.customer_index = totals.customer_index
        and lists.product_index = totals.product_index
where
    contributions.product_index is null
    or (lists.score is not null and abs(coalesce(totals.total, 0) - lists.score) > 1e-5)
