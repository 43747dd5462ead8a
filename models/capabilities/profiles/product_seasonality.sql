-- Grain: cutoff × product × season_type (month 1-12, weekday 1 = Monday to 7) × value, for products with a kept purchase before
-- the cutoff and values with any kept purchase: the value's share of the product's purchases relative to its share of all
-- purchases. Values without purchases of the product have a count of zero.
with kept_days as (
    select
        cutoffs.cutoff_id,
        purchases.product_index,
        cast(extract(month from purchases.occurred_at) as bigint) as purchase_month,
        cast({{ iso_weekday('purchases.occurred_at') }} as bigint) as purchase_weekday,
        count(*) as purchase_count
    from {{ ref('purchases') }} as purchases
    inner join {{ ref('cutoffs') }} as cutoffs on purchases.occurred_at < cutoffs.cutoff_at
    where {{ is_kept('purchases', 'cutoffs') }}
    group by
        cutoffs.cutoff_id,
        purchases.product_index,
        cast(extract(month from purchases.occurred_at) as bigint),
        cast({{ iso_weekday('purchases.occurred_at') }} as bigint)
),

counted as (
    select
        cutoff_id,
        product_index,
        'month' as season_type,
        purchase_month as season_value,
        sum(purchase_count) as purchase_count
    from kept_days
    group by cutoff_id, product_index, purchase_month
    union all
    select
        cutoff_id,
        product_index,
        'weekday' as season_type,
        purchase_weekday as season_value,
        sum(purchase_count) as purchase_count
    from kept_days
    group by cutoff_id, product_index, purchase_weekday
),

product_totals as (
    select
        cutoff_id,
        product_index,
        season_type,
        sum(purchase_count) as purchase_total
    from counted
    group by cutoff_id, product_index, season_type
),

values_of_all as (
    select
        cutoff_id,
        season_type,
        season_value,
        sum(purchase_count) as purchase_count
    from counted
    group by cutoff_id, season_type, season_value
),

population as (
    select
        cutoff_id,
        season_type,
        season_value,
        purchase_count / cast(sum(purchase_count) over (partition by cutoff_id, season_type) as double) as population_share
    from values_of_all
),

compared as (
    select
        product_totals.cutoff_id,
        product_totals.product_index,
        product_totals.season_type,
        population.season_value,
        coalesce(counted.purchase_count, 0) as purchase_count,
        product_totals.purchase_total,
        population.population_share
    from product_totals
    inner join population
        on
            product_totals.cutoff_id = population.cutoff_id
            and product_totals.season_type = population.season_type
    left join counted
        on
            product_totals.cutoff_id = counted.cutoff_id
            and product_totals.product_index = counted.product_index
            and product_totals.season_type = counted.season_type
            and population.season_value = counted.season_value
),

indexed as (
    select
        cutoff_id,
        product_index,
        season_type,
        season_value,
        cast(purchase_count as bigint) as purchase_count,
        purchase_count / cast(purchase_total as double) as season_share,
        population_share,
        {{ season_index('purchase_count', 'purchase_total', 'population_share') }} as season_index
    from compared
)

select
    *,
    row_number() over (
        partition by cutoff_id, product_index, season_type order by season_index desc nulls last, season_value asc nulls last
    ) as season_rank
from indexed
