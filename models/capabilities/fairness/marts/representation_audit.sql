-- Grain: cutoff (live) × side × attribute × protected_group × population: the share of a group, or of an intersection of two,
-- among all units whose group is known and large enough. Customers contribute very different amounts, so the interval is that of
-- a ratio of sums over customers: share ± z × sqrt(sum of (amount in the group - share × amount)²) / sum of amounts, clipped to
-- 0..1. ratio divides the share by the share among customers (for product groups, in the catalogue). For those two populations
-- themselves it divides by reference_share of protected_groups. Groups with fewer than fairness_fewest_customers customers are
-- suppressed: the row remains, its numbers are NULL, and shares refer to the other groups; otherwise the remainder to 1 would
-- reveal its share. ratio_error treats group membership as fixed if the share covers actions of the same customers.
{%- set z = interval_z() %}
{%- set fewest = [var('fairness_fewest_customers'), var('smallest_published_cell')] | max %}
with small_groups as (
    select
        cutoff_id,
        attribute,
        protected_group
    from {{ ref('representation_amounts') }}
    where side = 'customer' and population = 'customers'
    group by cutoff_id, attribute, protected_group
    having count(*) < {{ fewest }}
),

unit_totals as (
    select
        amounts.cutoff_id,
        amounts.population,
        amounts.side,
        amounts.attribute,
        amounts.unit_id,
        {{ stable_sum('case when small_groups.protected_group is null then amounts.amount else 0 end') }} as amount
    from {{ ref('representation_amounts') }} as amounts
    left join small_groups
        on
            amounts.side = 'customer'
            and amounts.cutoff_id = small_groups.cutoff_id
            and amounts.attribute = small_groups.attribute
            and amounts.protected_group = small_groups.protected_group
    group by amounts.cutoff_id, amounts.population, amounts.side, amounts.attribute, amounts.unit_id
),

totals as (
    select
        cutoff_id,
        population,
        side,
        attribute,
        {{ stable_sum('amount') }} as amount,
        {{ stable_sum('amount * amount') }} as squares
    from unit_totals
    group by cutoff_id, population, side, attribute
),

group_sums as (
    select
        amounts.cutoff_id,
        amounts.population,
        amounts.side,
        amounts.attribute,
        amounts.protected_group,
        count(*) as unit_count,
        {{ stable_sum('amounts.amount') }} as amount,
        {{ stable_sum('amounts.amount * amounts.amount') }} as squares,
        {{ stable_sum('amounts.amount * unit_totals.amount') }} as products
    from {{ ref('representation_amounts') }} as amounts
    inner join unit_totals
        on
            amounts.cutoff_id = unit_totals.cutoff_id
            and amounts.population = unit_totals.population
            and amounts.side = unit_totals.side
            and amounts.attribute = unit_totals.attribute
            and amounts.unit_id = unit_totals.unit_id
    group by amounts.cutoff_id, amounts.population, amounts.side, amounts.attribute, amounts.protected_group
),

-- Every group has a row in every population, even with an amount of 0.
expected as (
    select
        bases.cutoff_id,
        bases.side,
        bases.attribute,
        bases.protected_group,
        bases.unit_count,
        totals.population,
        totals.amount as total,
        totals.squares as total_squares,
        bases.amount / base_totals.amount as base_share
    from group_sums as bases
    inner join totals as base_totals
        on
            bases.cutoff_id = base_totals.cutoff_id
            and bases.population = base_totals.population
            and bases.side = base_totals.side
            and bases.attribute = base_totals.attribute
    inner join totals
        on
            bases.cutoff_id = totals.cutoff_id
            and bases.side = totals.side
            and bases.attribute = totals.attribute
    where bases.population = case when bases.side = 'customer' then 'customers' else 'catalogue' end
),

shares as (
    select
        expected.*,
        case when expected.side = 'customer' then expected.unit_count else coalesce(sums.unit_count, 0) end as customer_count,
        coalesce(sums.amount, 0) / nullif(expected.total, 0) as share,
        coalesce(sums.amount, 0) as amount,
        coalesce(sums.squares, 0) as squares,
        coalesce(sums.products, 0) as products,
        greatest(coalesce(sums.squares - sums.amount * sums.amount / expected.unit_count, 0), 0) as spread
    from expected
    left join group_sums as sums
        on
            expected.cutoff_id = sums.cutoff_id
            and expected.population = sums.population
            and expected.side = sums.side
            and expected.attribute = sums.attribute
            and expected.protected_group = sums.protected_group
),

measured as (
    select
        shares.cutoff_id,
        shares.side,
        shares.attribute,
        shares.protected_group,
        shares.population,
        shares.customer_count,
        shares.customer_count < {{ fewest }} and shares.population <> 'catalogue' as is_suppressed,
        shares.share,
        sqrt(greatest(
            shares.squares - 2 * shares.share * shares.products + shares.share * shares.share * shares.total_squares, 0
        )) / nullif(shares.total, 0) as standard_error,
        -- Ratio of two means over the same customers, in logarithms: group membership is fixed.
        sqrt(
            power(1 / nullif(shares.amount, 0) - 1 / nullif(shares.total, 0), 2) * shares.spread
            + greatest(
                cast(sum(cast(shares.spread as decimal(38, 12))) over (
                    partition by shares.cutoff_id, shares.population, shares.side, shares.attribute
                ) as double) - shares.spread, 0
            ) / nullif(shares.total * shares.total, 0)
        ) as log_ratio_error,
        seed.reference_share,
        case
            when shares.population in ('customers', 'catalogue') then seed.reference_share
            else shares.base_share
        end as compared_share
    from shares
    left join {{ ref('protected_groups') }} as seed
        on
            shares.attribute = seed.attribute
            and shares.protected_group = seed.protected_group
)

select
    cutoff_id,
    side,
    attribute,
    protected_group,
    population,
    case when not is_suppressed then customer_count end as customer_count,
    is_suppressed,
    case when not is_suppressed then share end as share,
    case when not is_suppressed and population <> 'catalogue' then greatest(share - {{ z }} * standard_error, 0) end as ci_low,
    case when not is_suppressed and population <> 'catalogue' then least(share + {{ z }} * standard_error, 1) end as ci_high,
    case when not is_suppressed and population <> 'catalogue' then standard_error end as standard_error,
    cast(reference_share as double) as reference_share,
    case when not is_suppressed then compared_share end as compared_share,
    case when not is_suppressed then share / nullif(compared_share, 0) end as ratio,
    case
        when is_suppressed or population = 'catalogue' then null
        when side = 'product' or population = 'customers' then standard_error / nullif(compared_share, 0)
        when coalesce(log_ratio_error, 0) < 0.000001 then 0.0
        else log_ratio_error * share / nullif(compared_share, 0)
    end as ratio_error
from measured
