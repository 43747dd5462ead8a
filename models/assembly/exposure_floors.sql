-- Grain: cutoff (test, live) × mode × group of exposure_floor_attribute × place up to list_length: how many products of the group all
-- lists together must hold up to that place. As in FA*IR (Zehlike et al., CIKM 2017) it is the largest number that chance falls
-- below with a probability of at most exposure_floor_alpha, were every place filled from the group with its target share times
-- exposure_floor_strength: a binomial quantile, exact where the variance is below 9, else normal. Over all lists and not list by
-- list, because a supplier with a twentieth of the catalogue is owed nothing in any single list of ten. Empty with a strength of
-- 0. Read by floored_candidates.
{%- set z = normal_quantile(var('exposure_floor_alpha')) %}
with members as (
    select
        groups.cutoff_id,
        groups.product_id,
        groups.protected_group
    from {{ ref('product_groups') }} as groups
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            groups.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose <> 'tune'
    where
        groups.attribute = '{{ var("exposure_floor_attribute") }}'
        and {{ var('exposure_floor_strength') }} > 0
),

amounts as (
    {% if var('exposure_floor_target') == 'history' %}
    select
        members.cutoff_id,
        members.protected_group,
        cast(sum(strengths.interaction_count) as double) as amount
    from members
    inner join {{ ref('customer_product_strengths') }} as strengths
        on
            members.cutoff_id = strengths.cutoff_id
            and members.product_id = strengths.product_id
    group by members.cutoff_id, members.protected_group
    {% else %}
    select
        cutoff_id,
        protected_group,
        cast(count(*) as double) as amount
    from members
    group by cutoff_id, protected_group
    {% endif %}
),

targets as (
    select
        cutoff_id,
        protected_group,
        {{ var('exposure_floor_strength') }} * amount / sum(amount) over (partition by cutoff_id) as target_share
    from amounts
),

-- Places of products of any group, up to each place.
slots as (
    select
        candidates.cutoff_id,
        candidates.mode,
        places.place,
        count(*) as slot_count
    from {{ ref('diversified_candidates') }} as diversified
    inner join {{ ref('list_candidates') }} as candidates
        on
            diversified.list_index = candidates.list_index
            and diversified.product_index = candidates.product_index
    inner join members
        on
            candidates.cutoff_id = members.cutoff_id
            and candidates.product_id = members.product_id
    inner join ({{ literal_rows('place', range(1, var('list_length') + 1)) }}) as places on diversified.list_place <= places.place
    group by candidates.cutoff_id, candidates.mode, places.place
),

trials as (
    select
        slots.cutoff_id,
        slots.mode,
        targets.protected_group,
        slots.place,
        slots.slot_count,
        targets.target_share,
        slots.slot_count * targets.target_share as expected_count,
        slots.slot_count * targets.target_share * (1 - targets.target_share) as variance
    from slots
    inner join targets on slots.cutoff_id = targets.cutoff_id
),

-- The binomial table: P(X = k) from P(X = k - 1), in logarithms; below a variance of 9 the floor is below 20 or the share above a half.
terms as (
    select
        trials.cutoff_id,
        trials.mode,
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
        exp(sum(cast(log_ratio as decimal(38, 18))) over (
            partition by cutoff_id, mode, protected_group, place
            order by k asc nulls last rows between unbounded preceding and current row
        )) as probability
    from terms
),

cumulated as (
    select
        *,
        sum(cast(probability as decimal(38, 18))) over (
            partition by cutoff_id, mode, protected_group, place
            order by k asc nulls last rows between unbounded preceding and current row
        ) as below_or_equal
    from probabilities
),

exact_floors as (
    select
        cutoff_id,
        mode,
        protected_group,
        place,
        count(*) as floor_count
    from cumulated
    where below_or_equal <= {{ var('exposure_floor_alpha') }}
    group by cutoff_id, mode, protected_group, place
)

select
    trials.cutoff_id,
    trials.mode,
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
        trials.cutoff_id = exact_floors.cutoff_id
        and trials.mode = exact_floors.mode
        and trials.protected_group = exact_floors.protected_group
        and trials.place = exact_floors.place
