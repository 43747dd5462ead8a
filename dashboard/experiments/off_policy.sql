-- section: experiments
-- order: 30
-- title: What other lists would have been clicked
-- unit: clicks per impression, from impressions with a logged propensity in the horizons of the past cutoffs
-- interval: normal interval over customers
-- read: The tick is what was shown, the points three estimates of what would have been clicked of the policy's lists. Intervals
--    are wide where little of what was shown is what the policy would show; without enough of it nothing is drawn.
-- empty: No impressions with a propensity follow a past cutoff, or too few of them are what other lists would show.

select
    replace(policy, '_', ' ') as policy,
    replace(estimator, '_', ' ') as estimator,
    value,
    ci_low,
    ci_high,
    logged_value,
    effective_sample_size,
    impression_count,
    customer_count
from marts.off_policy_estimates
where value is not null
order by policy, estimator
