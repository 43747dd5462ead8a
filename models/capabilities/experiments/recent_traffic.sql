-- Grain: one row: the customers who were shown lists in the days of recent_impressions. No row without measured impressions.
select
    count(distinct customer_id) as customer_count,
    {{ days_between('cast(min(shown_at) as date)', 'cast(max(shown_at) as date)') }} + 1 as day_count
from {{ ref('recent_impressions') }}
having count(*) > 0
