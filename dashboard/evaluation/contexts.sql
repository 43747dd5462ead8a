-- section: customers
-- order: 40
-- title: Quality by country, device, time of day and activity
-- unit: nDCG of final lists of 10, from 0 to 1, test cutoff, repeats allowed
-- interval: bootstrap interval over customers
-- read: Further right is better. Look for a slice whose whole interval is to the left of the others.
-- empty: No slice had enough customers.

select
    replace(slice, '_', ' ') as slice,
    slice_value || ' (' || replace(slice, '_', ' ') || ')' as row_label,
    value,
    ci_low,
    ci_high,
    customer_count
from marts.model_performance
where
    cutoff_id = 'test'
    and slice in ('country', 'device', 'daypart', 'activity_band')
    and mode = 'all'
    and metric = 'ndcg_at_k'
    and k = 10
    and source = 'assembled'
order by slice, slice_value
