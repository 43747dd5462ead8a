-- Grain: past cutoff × position: share of impressions before the cutoff that were clicked before it. What a place does for a
-- product, whichever it is; the part of the doubly robust estimate that needs no luck.
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
