-- section: learning
-- order: 45
-- title: Are the probabilities right?
-- unit: share of the products of the pool that customers chose within the horizon, predicted and observed, test cutoff
-- interval: bootstrap interval over customers
-- read: Each point is a tenth of the products, by predicted probability. On the dashed line, the prediction is right; above it,
--    customers chose more. An error by chance as large as the error means that no difference was found.
-- empty: The tuning cutoffs have too few choices to calibrate probabilities, or no tier has enough customers.

select
    case mode when 'all' then 'repeats allowed' else 'new products only' end || ', ' || replace(tier, '_', ' ') as lists,
    bin as decile,
    predicted_share,
    observed_share,
    ci_low,
    ci_high,
    candidate_count,
    customer_count,
    expected_calibration_error,
    error_by_chance
from marts.probability_calibration
where cutoff_id = 'test'
order by lists, decile
