-- Grain: experiment × variant: actual and planned customer counts of each arm. is_sample_ratio_ok compares all arms of the
-- experiment by one chi-square test. If it is false, customers are missing from an arm for a reason other than chance, so the arms
-- are not comparable and experiment_results shows no effect. Planned shares come from the seed experiment_variants; arms of
-- experiment `unnamed` have equal shares. Customers of several variants are counted separately. Counts below
-- smallest_published_cell are NULL, and so is the chi-square, which would reveal them.
{%- set srm_alarm_p = 0.001 %}
with seen as (
    select
        experiment,
        variant,
        count(*) filter (where not is_crossover) as customer_count,
        count(*) filter (where is_crossover) as crossover_count,
        coalesce(sum(list_count) filter (where not is_crossover), 0) as list_count,
        coalesce(sum(impression_count) filter (where not is_crossover), 0) as impression_count
    from {{ ref('experiment_customers') }}
    group by experiment, variant
),

arms as (
    select
        tests.experiment,
        tests.variant,
        coalesce(seen.customer_count, 0) as customer_count,
        coalesce(seen.crossover_count, 0) as crossover_count,
        coalesce(seen.list_count, 0) as list_count,
        coalesce(seen.impression_count, 0) as impression_count,
        tests.expected_share,
        tests.value as observed_share,
        tests.chi_square,
        tests.p_value,
        coalesce(seen.customer_count > 0 and seen.customer_count < {{ var('smallest_published_cell') }}, false) as is_small
    from {{ ref('experiment_tests') }} as tests
    left join seen
        on
            tests.experiment = seen.experiment
            and tests.variant = seen.variant
    where tests.metric = 'sample_ratio'
),

judged as (
    select
        *,
        max(case when is_small then 1 else 0 end) over (partition by experiment) = 1 as has_small
    from arms
)

select
    experiment,
    variant,
    variant = '{{ var("experiment_control_variant") }}' as is_control,
    case when not is_small then customer_count end as customer_count,
    case
        when not (crossover_count > 0 and crossover_count < {{ var('smallest_published_cell') }}) then crossover_count
    end as crossover_count,
    case when not is_small then cast(list_count as bigint) end as list_count,
    case when not is_small then cast(impression_count as bigint) end as impression_count,
    expected_share,
    case when not has_small then observed_share end as observed_share,
    case when not has_small then chi_square end as chi_square,
    case when not has_small then p_value end as p_value,
    p_value >= {{ srm_alarm_p }} as is_sample_ratio_ok
from judged
