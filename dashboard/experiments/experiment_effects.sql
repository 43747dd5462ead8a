-- section: experiments
-- order: 20
-- title: Effects of the variants
-- unit: difference from the control, as a share of the control's value
-- interval: thick: valid for one look at the end (Welch, or Newcombe for shares); thin: valid for any number of looks
-- read: To the right of 0, customers of the variant did more. The outcome follows from the thick line, corrected for multiple
--    tests. If you check daily and may stop early, use the thin line. Nothing is drawn if the shares of the arms deviate from
--    the plan.
-- empty: No effect can be shown: no variants, too few customers, or arms that deviate from the plan.

select
    case when experiment = 'unnamed' then '' else experiment || ': ' end || variant || ': ' || replace(metric, '_', ' ')
        as row_label,
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
order by experiment asc, variant asc, is_primary desc, metric asc
