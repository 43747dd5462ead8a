-- section: recommendations
-- order: 20
-- title: What the lists hold, beside the catalogue
-- unit: share of places in the lists, and of available products
-- interval: none: every place and product is counted
-- read: Where the circle lies to the right of the square, lists show more of a category than the catalogue has.
-- empty: There are no lists.

with listed as (
    select
        products.category,
        count(*) / sum(count(*)) over () as share
    from marts.recommendations as recommendations
    inner join marts.products as products on recommendations.product_id = products.product_id
    group by products.category
),

available as (
    select
        category,
        count(*) / sum(count(*)) over () as share
    from marts.products
    where is_available
    group by category
),

shares as (
    select
        available.category,
        coalesce(listed.share, 0) as listed_share,
        available.share as available_share
    from available
    left join listed on available.category is not distinct from listed.category
    order by listed_share desc, available.category asc
    limit 25
),

both_shares as (
    select
        category,
        'lists' as what,
        listed_share as share,
        listed_share,
        available_share
    from shares
    union all
    select
        category,
        'catalogue' as what,
        available_share as share,
        listed_share,
        available_share
    from shares
)

select
    coalesce(replace(category, '_', ' '), 'unknown') as category,
    what,
    share,
    greatest(listed_share, available_share) as higher_share,
    least(listed_share, available_share) as lower_share
from both_shares
order by listed_share desc, category asc, what desc
