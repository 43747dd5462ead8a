-- section: fairness
-- order: 20
-- title: Are groups there in what models learn from?
-- unit: share in the training data over share of customers (1 = alike)
-- interval: two standard errors of the ratio to either side
-- read: Left of 1 a group counts less in training than among customers, because its members are less active.
-- empty: No group was large enough to be published.

select
    attribute || ': ' || protected_group as row_label,
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
    and population = 'training_data'
    and not is_suppressed
    and ratio is not null
    and attribute not like '%&%'
order by attribute, protected_group
