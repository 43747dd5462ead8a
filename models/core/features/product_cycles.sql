-- Grain: cutoff × product known at the cutoff: the time after which it is bought again, the regularity, and the share of
-- purchases that are repeated at all. Gaps between purchases follow a log-logistic distribution: cycle_days is its median, and
-- cycle_shape is ln 3 over the median absolute deviation of the log gaps (a known property of the logistic distribution). A shape
-- of 1 or less is no cycle: the longer ago the purchase, the less likely the next, at every age. Both are shrunk towards the
-- values of all products, with the weight of prior_gaps gaps. due_after_days: a product is due once soonest_share of its gaps
-- have passed, and at the latest after latest_due of its median gap. The distribution used is shrunk towards that of the
-- category, which is shrunk towards that of all products. repeat_share is the share of purchases at least followed_cycles medians
-- old that another purchase followed, shrunk in the same way. A product with a repeat_share below fewest_repeats is a durable and
-- never due. If no purchase is old enough, repeat_share is NULL and only the gaps decide. If no product was ever bought again,
-- every product is due at once.
{#- prior_gaps: pseudo-count of gaps or purchases of the average product. steepest_cycle: largest shape; without it, equal gaps
    would predict a purchase to the day. -#}
{%- set prior_gaps, steepest_cycle = 5, 10 %}
{#- When a product is due again. docs/decisions/0018-repeat-guard.md has the cost of other values. -#}
{%- set followed_cycles, soonest_share, latest_due, fewest_repeats = 2, 0.003, '1e0 / 3', 0.25 %}
{%- set soonest_odds = soonest_share / (1 - soonest_share) %}
with gaps as (
    select
        gaps.cutoff_id,
        gaps.product_index,
        products.category,
        ln(gaps.gap_days) as log_gap
    from {{ ref('purchase_gaps') }} as gaps
    inner join {{ ref('clean_products') }} as products on gaps.product_index = products.product_index
    where gaps.gap_days is not null
),

typical_gaps as (
    select
        cutoff_id,
        median(log_gap) as log_gap
    from gaps
    group by cutoff_id
),

typical_deviations as (
    select
        gaps.cutoff_id,
        median(abs(gaps.log_gap - typical_gaps.log_gap)) as deviation
    from gaps
    inner join typical_gaps on gaps.cutoff_id = typical_gaps.cutoff_id
    group by gaps.cutoff_id
),

category_gaps as (
    select
        cutoff_id,
        category,
        count(*) as gap_count,
        median(log_gap) as log_gap
    from gaps
    group by cutoff_id, category
),

category_deviations as (
    select
        gaps.cutoff_id,
        gaps.category,
        median(abs(gaps.log_gap - category_gaps.log_gap)) as deviation
    from gaps
    inner join category_gaps
        on
            gaps.cutoff_id = category_gaps.cutoff_id
            and gaps.category = category_gaps.category
    group by gaps.cutoff_id, gaps.category
),

product_gaps as (
    select
        cutoff_id,
        product_index,
        count(*) as gap_count,
        median(log_gap) as log_gap
    from gaps
    group by cutoff_id, product_index
),

product_deviations as (
    select
        gaps.cutoff_id,
        gaps.product_index,
        median(abs(gaps.log_gap - product_gaps.log_gap)) as deviation
    from gaps
    inner join product_gaps
        on
            gaps.cutoff_id = product_gaps.cutoff_id
            and gaps.product_index = product_gaps.product_index
    group by gaps.cutoff_id, gaps.product_index
),

-- Expected gap and deviation of a product of the category without data of its own.
category_expectations as (
    select
        known.cutoff_id,
        known.product_index,
        products.category,
        typical_gaps.log_gap as typical_log_gap,
        typical_deviations.deviation as typical_deviation,
        (coalesce(category_gaps.log_gap * category_gaps.gap_count, 0) + typical_gaps.log_gap * {{ prior_gaps }})
        / (coalesce(category_gaps.gap_count, 0) + {{ prior_gaps }}) as category_log_gap,
        (coalesce(category_deviations.deviation * category_gaps.gap_count, 0) + typical_deviations.deviation * {{ prior_gaps }})
        / (coalesce(category_gaps.gap_count, 0) + {{ prior_gaps }}) as category_deviation
    from {{ ref('known_products') }} as known
    inner join {{ ref('clean_products') }} as products on known.product_index = products.product_index
    left join typical_gaps on known.cutoff_id = typical_gaps.cutoff_id
    left join typical_deviations on known.cutoff_id = typical_deviations.cutoff_id
    left join category_gaps
        on
            known.cutoff_id = category_gaps.cutoff_id
            and products.category = category_gaps.category
    left join category_deviations
        on
            known.cutoff_id = category_deviations.cutoff_id
            and products.category = category_deviations.category
),

shrunk as (
    select
        category_expectations.cutoff_id,
        category_expectations.product_index,
        category_expectations.category,
        coalesce(product_gaps.gap_count, 0) as gap_count,
        (coalesce(product_gaps.log_gap * product_gaps.gap_count, 0) + category_expectations.typical_log_gap * {{ prior_gaps }})
        / (coalesce(product_gaps.gap_count, 0) + {{ prior_gaps }}) as typical_log_gap,
        (
            coalesce(product_deviations.deviation * product_gaps.gap_count, 0)
            + category_expectations.typical_deviation * {{ prior_gaps }}
        ) / (coalesce(product_gaps.gap_count, 0) + {{ prior_gaps }}) as typical_deviation,
        (coalesce(product_gaps.log_gap * product_gaps.gap_count, 0) + category_expectations.category_log_gap * {{ prior_gaps }})
        / (coalesce(product_gaps.gap_count, 0) + {{ prior_gaps }}) as category_log_gap,
        (
            coalesce(product_deviations.deviation * product_gaps.gap_count, 0)
            + category_expectations.category_deviation * {{ prior_gaps }}
        ) / (coalesce(product_gaps.gap_count, 0) + {{ prior_gaps }}) as category_deviation
    from category_expectations
    left join product_gaps
        on
            category_expectations.cutoff_id = product_gaps.cutoff_id
            and category_expectations.product_index = product_gaps.product_index
    left join product_deviations
        on
            category_expectations.cutoff_id = product_deviations.cutoff_id
            and category_expectations.product_index = product_deviations.product_index
),

cycles as (
    select
        cutoff_id,
        product_index,
        category,
        gap_count,
        exp(typical_log_gap) as cycle_days,
        case
            when typical_deviation is not null then ln(3) / greatest(typical_deviation, ln(3) / {{ steepest_cycle }})
        end as cycle_shape,
        exp(category_log_gap) * least(
            {{ latest_due }},
            power(
                {{ soonest_odds }},
                greatest(category_deviation, ln(3) / {{ steepest_cycle }}) / ln(3)
            )
        ) as soonest_days
    from shrunk
),

old_purchases as (
    select
        cycles.cutoff_id,
        cycles.product_index,
        count(*) as purchase_count,
        count(*) filter (where not bought.is_last) as followed_count
    from {{ ref('purchase_gaps') }} as bought
    inner join {{ ref('cutoffs') }} as cutoffs on bought.cutoff_id = cutoffs.cutoff_id
    inner join cycles
        on
            bought.cutoff_id = cycles.cutoff_id
            and bought.product_index = cycles.product_index
    where
        {{ days_between('bought.purchase_date', 'cast(cutoffs.cutoff_at as date)') }}
        >= {{ followed_cycles }} * cycles.cycle_days
    group by cycles.cutoff_id, cycles.product_index
),

counted as (
    select
        cycles.*,
        coalesce(old_purchases.purchase_count, 0) as purchase_count,
        coalesce(old_purchases.followed_count, 0) as followed_count
    from cycles
    left join old_purchases
        on
            cycles.cutoff_id = old_purchases.cutoff_id
            and cycles.product_index = old_purchases.product_index
),

summed as (
    select
        *,
        sum(purchase_count) over (partition by cutoff_id, category) as category_purchases,
        sum(followed_count) over (partition by cutoff_id, category) as category_followed,
        sum(followed_count) over (partition by cutoff_id)
        / cast(nullif(sum(purchase_count) over (partition by cutoff_id), 0) as double) as store_share
    from counted
),

shared as (
    select
        *,
        (
            followed_count
            + (category_followed + store_share * {{ prior_gaps }}) / (category_purchases + {{ prior_gaps }}) * {{ prior_gaps }}
        ) / (purchase_count + {{ prior_gaps }}) as repeat_share
    from summed
)

select
    cutoff_id,
    product_index,
    gap_count,
    cycle_days,
    cycle_shape,
    repeat_share,
    case
        when cycle_days is null then 0
        when coalesce(repeat_share, 1) >= {{ fewest_repeats }} then soonest_days
    end as due_after_days
from shared
