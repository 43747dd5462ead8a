-- Grain: cutoff × product known by then: after how long it is bought again, and how regularly. Gaps between purchases follow a
-- log-logistic distribution: half of them are shorter than its median, and its shape is ln 3 over the median absolute deviation
-- of their logarithms (a known property of the logistic distribution). A shape of 1 or less is no cycle: the longer ago, the
-- less likely at every age. Both are drawn towards those of all products, as if prior_gaps gaps of the average kind had
-- been seen as well. Where nothing was ever bought again both are NULL.
{#- Gaps of the average product that count beside a product's own, and the largest shape: without it, equal gaps would promise a purchase
    to the day. -#}
{%- set prior_gaps, steepest_cycle = 5, 10 %}
with gaps as (
    select
        cutoff_id,
        product_index,
        ln(gap_days) as log_gap
    from {{ ref('purchase_gaps') }}
    where gap_days is not null
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

drawn_together as (
    select
        known.cutoff_id,
        known.product_index,
        coalesce(product_gaps.gap_count, 0) as gap_count,
        (
            coalesce(product_gaps.log_gap * product_gaps.gap_count, 0) + typical_gaps.log_gap * {{ prior_gaps }}
        ) / (coalesce(product_gaps.gap_count, 0) + {{ prior_gaps }}) as log_gap,
        (
            coalesce(product_deviations.deviation * product_gaps.gap_count, 0)
            + typical_deviations.deviation * {{ prior_gaps }}
        ) / (coalesce(product_gaps.gap_count, 0) + {{ prior_gaps }}) as deviation
    from {{ ref('known_products') }} as known
    left join typical_gaps on known.cutoff_id = typical_gaps.cutoff_id
    left join typical_deviations on known.cutoff_id = typical_deviations.cutoff_id
    left join product_gaps
        on
            known.cutoff_id = product_gaps.cutoff_id
            and known.product_index = product_gaps.product_index
    left join product_deviations
        on
            known.cutoff_id = product_deviations.cutoff_id
            and known.product_index = product_deviations.product_index
)

select
    cutoff_id,
    product_index,
    gap_count,
    exp(log_gap) as cycle_days,
    case when deviation is not null then ln(3) / greatest(deviation, ln(3) / {{ steepest_cycle }}) end as cycle_shape
from drawn_together
