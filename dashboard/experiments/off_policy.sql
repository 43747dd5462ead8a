-- section: experiments
-- order: 30
-- title: Estimated click rate of other lists
-- unit: clicks per impression, from impressions with a logged propensity in the horizons of the past cutoffs
-- interval: normal interval over customers
-- read: The tick is the click rate of the lists that were shown. The points are three off-policy estimates for lists that
--    were not shown, without clipped weights. An interval is wide if few impressions show what those lists contain. Nothing is
--    drawn if too few such impressions exist.
-- empty: No impressions with a propensity follow a past cutoff, or too few of them show what other lists contain.

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
where value is not null and weight_clip is null
order by policy, estimator
