-- section: outcomes
-- order: 10
-- title: How often are shown products clicked?
-- unit: clicks per impression, within outcome_window_days
-- interval: normal interval over customers
-- read: Each row is a group of impressions of the release with the most impressions. If the intervals of two rows do not overlap,
--    the rates differ. A higher rate does not show that the list caused the click.
-- empty: No impressions with clicks are old enough, or too few customers saw them.

with largest as (
    select max_by(release, (impression_count, release)) as release
    from marts.outcomes
    where dimension = 'all' and metric = 'click_through_rate'
)

select
    outcomes.dimension || ': ' || replace(outcomes.dimension_value, '_', ' ') as row_label,
    outcomes.value,
    outcomes.ci_low,
    outcomes.ci_high,
    outcomes.impression_count,
    outcomes.customer_count
from marts.outcomes as outcomes
inner join largest on outcomes.release = largest.release
where
    outcomes.metric = 'click_through_rate'
    and outcomes.value is not null
    and outcomes.dimension_value not in ('unknown', 'none')
order by
    case outcomes.dimension
        when 'all' then 1
        when 'variant' then 2
        when 'tier' then 3
        when 'source' then 4
        when 'reason' then 5
        when 'position' then 6
        else 7
    end,
    try_cast(outcomes.dimension_value as integer),
    outcomes.dimension_value
limit 200
