{#- CTEs that end in `floors`: per trial, group and position up to list_length, the minimum number of products of the group that
    all lists of the trial together must contain up to the position. As in FA*IR (Zehlike et al., CIKM 2017), suppose that every
    position is filled from the group with its target share. The minimum is the largest number such that a smaller count has a
    probability of at most 0.1. This is a binomial quantile: exact if the variance is below 9, otherwise by the normal
    approximation. `placed` is a CTE of trial, list_index, product_index, list_place and protected_group; `targets` is one of
    trial, protected_group and target_share. -#}
{% macro floor_counts(placed, targets) %}
{%- set alpha, z = 0.1, 1.2815515655446004 -%}  {#- z: a standard normal number exceeds it with probability alpha -#}
slots as (
    select
        placed.trial,
        places.place,
        count(*) as slot_count
    from {{ placed }} as placed
    inner join ({{ literal_rows('place', range(1, var('list_length') | int + 1)) }}) as places on placed.list_place <= places.place
    where placed.protected_group is not null
    group by placed.trial, places.place
),

trials as (
    select
        slots.trial,
        targets.protected_group,
        slots.place,
        slots.slot_count,
        targets.target_share,
        slots.slot_count * targets.target_share as expected_count,
        slots.slot_count * targets.target_share * (1 - targets.target_share) as variance
    from slots
    inner join {{ targets }} as targets on slots.trial = targets.trial
    where targets.target_share > 0
),

-- The binomial table: P(X = k) from P(X = k - 1), in logarithms. With a variance below 9 and a share below one half, the floor is
-- below 20.
terms as (
    select
        trials.trial,
        trials.protected_group,
        trials.place,
        successes.k,
        case
            when successes.k = 0 then trials.slot_count * ln(1 - trials.target_share)
            else ln((trials.slot_count - successes.k + 1) * trials.target_share / (successes.k * (1 - trials.target_share)))
        end as log_ratio
    from trials
    inner join ({{ literal_rows('k', range(0, 41)) }}) as successes on trials.slot_count >= successes.k
    where trials.variance < 9 and trials.target_share < 0.5
),

probabilities as (
    select
        *,
        exp(cast(sum(cast(log_ratio as decimal(38, 18))) over (
            partition by trial, protected_group, place
            order by k asc nulls last rows between unbounded preceding and current row
        ) as double)) as probability
    from terms
),

cumulated as (
    select
        *,
        sum(cast(probability as decimal(38, 18))) over (
            partition by trial, protected_group, place
            order by k asc nulls last rows between unbounded preceding and current row
        ) as below_or_equal
    from probabilities
),

exact_floors as (
    select
        trial,
        protected_group,
        place,
        count(*) as floor_count
    from cumulated
    where below_or_equal <= {{ alpha }}
    group by trial, protected_group, place
),

floors as (
    select
        trials.trial,
        trials.protected_group,
        trials.place,
        trials.slot_count,
        cast(trials.target_share as double) as target_share,
        cast(coalesce(
            case
                when trials.variance >= 9 or trials.target_share >= 0.5
                    then greatest(floor(trials.expected_count - {{ z }} * sqrt(trials.variance) + 0.5), 0)
                else exact_floors.floor_count
            end, 0
        ) as bigint) as floor_count
    from trials
    left join exact_floors
        on
            trials.trial = exact_floors.trial
            and trials.protected_group = exact_floors.protected_group
            and trials.place = exact_floors.place
)
{%- endmacro %}
