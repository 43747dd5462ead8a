-- section: experiments
-- order: 20
-- title: What the variants changed
-- unit: difference from the control, as a share of the control's value
-- interval: thick: for one look at the end (Welch, or Newcombe for shares); thin: valid however often one looks
-- read: Right of 0 customers of the variant did more. The outcome is by the thick line, still so among all rows; who looks every
--    day and means to stop when it seems clear waits for the thin one. Nothing is drawn where the arms aren't as planned.
-- empty: No effect can be shown: no variants, too few customers, or arms that aren't as planned.

select
    variant || ': ' || replace(metric, '_', ' ') as row_label,
    value,
    control_value,
    difference / control_value as effect,
    ci_low / control_value as effect_low,
    ci_high / control_value as effect_high,
    always_valid_low / control_value as always_low,
    always_valid_high / control_value as always_high,
    cuped_difference / control_value as cuped_effect,
    detectable_difference / control_value as detectable_effect,
    q_value,
    customer_count,
    control_customer_count,
    replace(status, '_', ' ') as outcome
from marts.experiment_results
where difference is not null and control_value > 0
order by variant, metric
