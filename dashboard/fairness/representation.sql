-- section: fairness
-- order: 20
-- title: Representation of customer groups in training data and personal lists
-- unit: share in the training data, and share of the exposure in personal lists, each divided by the share of customers (1 =
--    equal)
-- interval: two standard errors of the ratio to either side
-- read: To the left of 1 a group is under-represented. In the training data, its members are less active. In the personal
--    lists, its members less often get a list made from their own data.
-- empty: No group is large enough to publish.

select
    attribute || ': ' || protected_group as row_label,
    case population when 'exposure' then 'personal lists' else 'training data' end as seen_in,
    ratio,
    ratio - 2 * ratio_error as low,
    ratio + 2 * ratio_error as high,
    share,
    compared_share,
    customer_count
from marts.representation_audit
where
    cutoff_id = 'live'
    and side = 'customer'
    and population in ('training_data', 'exposure')
    and not is_suppressed
    and ratio is not null
    and attribute not like '%&%'
order by attribute asc, protected_group asc, seen_in desc
