-- section: recommendations
-- order: 20
-- title: Categories in the lists and in the catalogue
-- unit: share of list positions, and share of available products
-- interval: none: all positions and products are counted
-- read: If the circle is to the right of the square, the lists show more of a category than the catalogue contains.
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
        'lists' as population,
        listed_share as share,
        listed_share,
        available_share
    from shares
    union all
    select
        category,
        'catalogue' as population,
        available_share as share,
        listed_share,
        available_share
    from shares
)

select
    coalesce(replace(category, '_', ' '), 'unknown') as category,
    population,
    share,
    greatest(listed_share, available_share) as higher_share,
    least(listed_share, available_share) as lower_share
from both_shares
order by listed_share desc, category asc, population desc
