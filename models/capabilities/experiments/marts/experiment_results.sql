-- Grain: variant (all but the control) × metric of experiment_metrics: the effect of the variant and its uncertainty. With a
-- sample-ratio mismatch no effect is shown, because the compared customers are not alike. better and worse: q_value (the p-value
-- adjusted over all rows by Benjamini and Hochberg, 1995) is at most 1 - evaluation_confidence_level. p-values and confidence
-- intervals are valid for a single analysis at the end. For repeated analyses with early stopping, use always_valid_low and
-- always_valid_high. Contains no values of single customers, only sums over an arm.
with control as (
    select customer_count
    from {{ ref('experiment_arms') }}
    where is_control
),

ordered as (
    select
        *,
        row_number() over (order by p_value asc nulls last, variant asc nulls last, metric asc nulls last) as p_rank,
        count(p_value) over () as p_count
    from {{ ref('experiment_tests') }}
    where metric <> 'sample_ratio'
),

corrected as (
    select
        *,
        case when p_value is not null then least(
            min(p_value * p_count / p_rank) over (
                order by p_rank desc nulls last rows between unbounded preceding and current row
            ), 1.0
        ) end as q_value
    from ordered
),

judged as (
    select
        corrected.*,
        arms.customer_count,
        control.customer_count as control_customer_count,
        coalesce(not arms.is_sample_ratio_ok, false) as is_mismatched
    from corrected
    inner join {{ ref('experiment_arms') }} as arms on corrected.variant = arms.variant
    cross join control
)

select
    variant,
    metric,
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
    case
        when is_mismatched then 'not_shown_srm'
        when q_value is null then 'not_enough_data'
        when q_value > {{ (1 - var('evaluation_confidence_level') | float) | round(6) }} then 'no_difference_seen'
        when difference > 0 then 'better'
        else 'worse'
    end as status
from judged
