-- Grain: experiment × variant (all but the control) × attribute × attribute_value: the effect on the primary metric within a segment
-- of customers. is_heterogeneous compares the effects of all values of an attribute by one test (Cochran's Q, adjusted by Benjamini
-- and Hochberg over the variants and attributes of the experiment). Only if it is true does the effect depend on the attribute:
-- with many segments, some intervals exclude 0 by chance. There is therefore no p-value per segment. Lossy: numbers are NULL if
-- few customers are behind them, or if the arm's total would reveal such a number (macro suppressed_cells).
{%- set alpha = (1 - var('evaluation_confidence_level') | float) | round(6) %}
with counted as (
    select
        segments.experiment,
        customers.variant,
        segments.attribute,
        segments.attribute_value,
        count(*) as customer_count
    from {{ ref('experiment_segments') }} as segments
    inner join {{ ref('experiment_customers') }} as customers
        on
            segments.experiment = customers.experiment
            and segments.customer_id = customers.customer_id
    group by segments.experiment, customers.variant, segments.attribute, segments.attribute_value
),

cells as (
    {{ suppressed_cells('counted', 'customer_count', ['attribute_value'], [['experiment', 'variant', 'attribute']]) | indent(4) }}
),

heterogeneity as (
    select
        experiment,
        variant,
        attribute,
        max(heterogeneity_p_value) as p_value
    from {{ ref('experiment_segment_tests') }}
    group by experiment, variant, attribute
),

corrected as (
    {{ benjamini_hochberg('heterogeneity', ['experiment'], ['variant', 'attribute']) | indent(4) }}
),

judged as (
    select
        tests.*,
        case when tests.heterogeneity_p_value is not null then corrected.q_value end as heterogeneity_q_value,
        coalesce(not cells.is_suppressed, true) as is_shown,
        coalesce(not control_cells.is_suppressed, true) as is_control_shown,
        coalesce(arms.is_sample_ratio_ok, true) as is_sample_ratio_ok
    from {{ ref('experiment_segment_tests') }} as tests
    inner join corrected
        on
            tests.experiment = corrected.experiment
            and tests.variant = corrected.variant
            and tests.attribute = corrected.attribute
    inner join {{ ref('experiment_arms') }} as arms
        on
            tests.experiment = arms.experiment
            and tests.variant = arms.variant
    left join cells
        on
            tests.experiment = cells.experiment
            and tests.variant = cells.variant
            and tests.attribute = cells.attribute
            and tests.attribute_value = cells.attribute_value
    left join cells as control_cells
        on
            tests.experiment = control_cells.experiment
            and control_cells.variant = '{{ var("experiment_control_variant") }}'
            and tests.attribute = control_cells.attribute
            and tests.attribute_value = control_cells.attribute_value
)

select
    experiment,
    variant,
    metric,
    attribute,
    attribute_value,
    case when is_shown then customer_count end as customer_count,
    case when is_control_shown then control_customer_count end as control_customer_count,
    {%- for column in [
        'value', 'control_value', 'difference', 'ci_low', 'ci_high', 'cochran_q', 'heterogeneity_p_value', 'heterogeneity_q_value',
    ] %}
    case when is_shown and is_control_shown and is_sample_ratio_ok then {{ column }} end as {{ column }},
    {%- endfor %}
    case when is_sample_ratio_ok then heterogeneity_q_value <= {{ alpha }} end as is_heterogeneous
from judged
