-- Grain: experiment × variant (all but the control) × metric of experiment_metrics: the effect of the variant and its
-- uncertainty. With a sample-ratio mismatch no effect is shown, because the compared customers are not alike. better and
-- worse: q_value (the p-value adjusted by Benjamini and Hochberg, 1995) is at most 1 - evaluation_confidence_level. The
-- primary metric of an experiment is adjusted for its variants only, because it alone decides; the others are adjusted for all
-- their rows. Guardrails are not adjusted: a variant must pass all of them, which makes a wrong pass less likely, not more.
-- p-values and confidence intervals are valid for a single analysis at the end. For repeated analyses with early stopping, use
-- always_valid_low and always_valid_high. Contains no values of single customers, only sums over an arm.
{%- set alpha = (1 - var('evaluation_confidence_level') | float) | round(6) %}
with control as (
    select
        experiment,
        customer_count
    from {{ ref('experiment_arms') }}
    where is_control
),

tests as (
    select
        tests.*,
        tests.metric = own_plans.primary_metric as is_primary,
        coalesce(position(' ' || tests.metric || ' ' in ' ' || own_plans.guardrails || ' ') > 0, false) as is_guardrail
    from {{ ref('experiment_tests') }} as tests
    inner join {{ ref('experiment_plans') }} as own_plans on tests.experiment = own_plans.experiment
    where tests.metric <> 'sample_ratio'
),

corrected as (
    {{ benjamini_hochberg('tests', ['experiment', 'is_primary'], ['variant', 'metric']) | indent(4) }}
),

judged as (
    select
        corrected.*,
        arms.customer_count,
        control.customer_count as control_customer_count,
        coalesce(not arms.is_sample_ratio_ok, false) as is_mismatched
    from corrected
    inner join {{ ref('experiment_arms') }} as arms
        on
            corrected.experiment = arms.experiment
            and corrected.variant = arms.variant
    inner join control on corrected.experiment = control.experiment
)

select
    experiment,
    variant,
    metric,
    is_primary,
    test,
    customer_count,
    control_customer_count,
    {%- for column in [
        'value', 'control_value', 'difference', 'ci_low', 'ci_high', 'relative_difference', 'relative_ci_low', 'relative_ci_high',
        'p_value', 'q_value', 'cuped_difference', 'cuped_ci_low', 'cuped_ci_high', 'variance_reduction', 'always_valid_low',
        'always_valid_high', 'detectable_difference',
    ] %}
    case when not is_mismatched then {{ column }} end as {{ column }},
    {%- endfor %}
    case when not is_mismatched then cast(customers_needed as bigint) end as customers_needed,
    case when not is_mismatched and is_guardrail then margin_p_value end as margin_p_value,
    case
        when is_mismatched then 'not_shown_srm'
        when q_value is null then 'not_enough_data'
        when q_value > {{ alpha }} then 'no_difference_seen'
        when difference > 0 then 'better'
        else 'worse'
    end as status,
    case
        when is_mismatched or not is_guardrail then null
        when margin_p_value <= {{ alpha }} then 'non_inferior'
        when margin_p_value >= {{ (1 - alpha) | round(6) }} then 'inferior'
        else 'inconclusive'
    end as guardrail_status
from judged
