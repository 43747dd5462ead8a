-- section: fairness
-- order: 20
-- title: Are groups there in what models learn from, and in what is made for them?
-- unit: share in the training data, and in the exposure of lists of their own, over share of customers (1 = alike)
-- interval: two standard errors of the ratio to either side
-- read: Left of 1 a group counts less in training than among customers, because its members are less active, or gets lists
--    made from what is known of its members less often.
-- empty: No group was large enough to be published.

select
    attribute || ': ' || protected_group as row_label,
    case population when 'exposure' then 'lists of their own' else 'training data' end as seen_in,
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
