-- Catches an effect that is published although its status withholds it, an effect that is missing although its status announces
-- it, and intervals that do not contain their estimate.
select
    experiment,
    variant,
    metric,
    status,
    difference,
    ci_low,
    ci_high
from {{ ref('experiment_results') }}
where
    (status in ('not_shown_srm', 'not_enough_data')) <> (difference is null)
    or (difference is null) <> (q_value is null)
    or difference < ci_low - 1e-9
    or difference > ci_high + 1e-9
    or difference <= always_valid_low
    or difference >= always_valid_high
    or relative_difference not between relative_ci_low - 1e-9 and relative_ci_high + 1e-9
    or p_value > q_value + 1e-12
    or q_value > 1
