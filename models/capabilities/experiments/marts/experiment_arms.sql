-- Grain: variant. How many customers each arm of the experiment has and should have. is_sample_ratio_ok compares all arms at
-- once by chi-square: where it is false, whoever was left out or lost was not left out by chance, the arms are different
-- customers, and experiment_results shows no effect. Arms share customers as in the seed planned_arms, where it has none
-- equally. Customers of several variants are counted apart. Counts below smallest_published_cell are NULL, and then so is the
-- chi-square, which would tell them.
with seen as (
    select
        variant,
        count(*) filter (where not is_crossover) as customer_count,
        count(*) filter (where is_crossover) as crossover_count,
        coalesce(sum(list_count) filter (where not is_crossover), 0) as list_count,
        coalesce(sum(impression_count) filter (where not is_crossover), 0) as impression_count
    from {{ ref('experiment_customers') }}
    group by variant
),

named as (
    select variant
    from seen
    union
    select variant
    from {{ ref('planned_arms') }}
    where exists (select 1 from seen)
),

arms as (
    select
        named.variant,
        coalesce(seen.customer_count, 0) as customer_count,
        coalesce(seen.crossover_count, 0) as crossover_count,
        coalesce(seen.list_count, 0) as list_count,
        coalesce(seen.impression_count, 0) as impression_count,
        coalesce(planned.planned_share, 1.0 / count(*) over ()) as weight,
        count(*) over () as arm_count,
        sum(coalesce(seen.customer_count, 0)) over () as total_count
    from named
    left join seen on named.variant = seen.variant
    left join {{ ref('planned_arms') }} as planned on named.variant = planned.variant
),

shared as (
    select
        *,
        weight / cast(sum(cast(weight as decimal(38, 18))) over () as double) as expected_share,
        customer_count > 0 and customer_count < {{ var('smallest_published_cell') }} as is_small
    from arms
),

tested as (
    select
        *,
        max(case when is_small then 1 else 0 end) over () = 1 as has_small,
        cast(sum(cast(
            power(customer_count - expected_share * total_count, 2) / nullif(expected_share * total_count, 0) as decimal(38, 12)
        )) over () as double) as chi_square
    from shared
),

judged as (
    select
        *,
        case
            when arm_count > 1 then {{ chi_square_upper_tail('chi_square', '(arm_count - 1)') }}
        end as p_value
    from tested
)

select
    variant,
    variant = '{{ var("control_variant") }}' as is_control,
    case when not is_small then customer_count end as customer_count,
    case
        when not (crossover_count > 0 and crossover_count < {{ var('smallest_published_cell') }}) then crossover_count
    end as crossover_count,
    case when not is_small then cast(list_count as bigint) end as list_count,
    case when not is_small then cast(impression_count as bigint) end as impression_count,
    expected_share,
    case when not has_small then customer_count / nullif(cast(total_count as double), 0) end as observed_share,
    case when not has_small and arm_count > 1 then chi_square end as chi_square,
    case when not has_small then cast(p_value as double) end as p_value,
    p_value >= {{ var('srm_alarm_p') }} as is_sample_ratio_ok
from judged
