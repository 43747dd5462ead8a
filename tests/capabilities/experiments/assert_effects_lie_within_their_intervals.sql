-- Catches a number of an effect that is shown without right, one that is missing though its status says otherwise, and intervals
-- that don't hold their estimate.
select
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
