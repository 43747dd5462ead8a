-- section: outcomes
-- order: 30
-- title: What is a list of this release expected to earn?
-- unit: revenue per list that is shown once, in the base currency
-- interval: normal interval over customers; it covers the error of the purchase rates only
-- read: Each list is worth the purchase rates of its positions times the prices of its products. Rows differ only in prices and
--    lengths of lists, because the rates are the same for all tiers.
-- empty: Too few customers bought a shown product, or nothing was shown.

select
    case when tier = 'all' then 'all lists' else replace(tier, '_', ' ') end as row_label,
    revenue_per_list as value,
    ci_low,
    ci_high,
    list_count,
    covered_share
from marts.list_value
where status = 'estimated'
order by case when tier = 'all' then 0 else 1 end, tier
