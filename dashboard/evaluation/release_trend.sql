-- section: glance
-- order: 35
-- title: Quality of the lists by release
-- unit: nDCG of lists of 10, from 0 to 1, test cutoff of each release, repeats allowed
-- interval: bootstrap interval over customers
-- read: The releases run from left to right, oldest first. Customers and test cutoffs differ between releases, so compare the
--    lists with popularity of the same release. The var releases_kept sets how many releases are kept; deleted releases are
--    not shown.
-- empty: Fewer than two releases are kept next to the published file. The next publication adds one.

select
    release,
    case source when 'assembled' then 'final list' else source end as list_kind,
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
