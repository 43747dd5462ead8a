-- section: experiments
-- order: 27
-- title: Shares of the variants in the next period
-- unit: share of the customers of the experiment
-- interval: none: the shares follow from the posteriors of the primary metric, whose intervals are in the tooltip
-- read: The tick is the share now and the point is the share that the bandit computes for the next period. A search that is
--    over gives all customers to one variant.
-- empty: No bandit is switched on (var experiment_bandit_method), or variants have too few customers.

select
    experiment || ': ' || variant || case when segment <> 'all' then ' (' || segment || ')' else '' end as row_label,
    replace(metric, '_', ' ') as metric,
    share_now,
    share_next,
    posterior_mean,
    posterior_low,
    posterior_high,
    probability_best,
    expected_loss,
    customer_count,
    case when is_stopped then 'search is over' else 'searching' end as outcome
from marts.bandit_allocation
where share_next is not null
order by experiment asc, segment asc, share_next desc, variant asc
