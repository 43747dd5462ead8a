-- section: glance
-- order: 35
-- title: How good the lists were, release by release
-- unit: nDCG of lists of 10, 0 to 1, test cutoff of each release, repeats allowed
-- interval: bootstrap interval over customers
-- read: Each step to the right is a later release. Customers and test cutoffs differ between releases, so compare the lists with
--    popularity of the same release. Releases that were removed are not here; the var releases_kept says how many stay.
-- empty: Fewer than two releases are kept beside this file; the next publication adds one.

select
    release,
    case source when 'assembled' then 'as shown' else source end as list_kind,
    value,
    ci_low,
    ci_high,
    customer_count,
    cast(as_of as varchar) as as_of,
    cast(published_at as varchar) as published_at
from kept_releases
where metric = 'ndcg_at_k'
qualify min(release) over () < max(release) over ()
order by published_at asc, list_kind asc
limit 1000
