-- Grain: past cutoff × position: share of the impressions before the cutoff that were clicked before it. Measures the position
-- effect independently of the product; the baseline of the doubly robust estimate.
select
    cutoffs.cutoff_id,
    impressions.position,
    count(*) as impression_count,
    count(*) filter (where impressions.clicked_at < cutoffs.cutoff_at) / cast(count(*) as double) as click_rate
from {{ ref('measured_impressions') }} as impressions
inner join {{ ref('cutoffs') }} as cutoffs
    on
        impressions.shown_at < cutoffs.cutoff_at
        and cutoffs.purpose <> 'live'
group by cutoffs.cutoff_id, impressions.position
