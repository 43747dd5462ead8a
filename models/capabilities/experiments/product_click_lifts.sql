-- Grain: past cutoff × product shown before it: ratio of the product's clicks to the clicks expected from its positions, before
-- the cutoff. prior_clicks are added to both counts, so that a single click has little effect. A product never shown has no row;
-- its lift is 1.
{%- set prior_clicks = 5 %}
select
    cutoffs.cutoff_id,
    impressions.product_id,
    (count(*) filter (where impressions.clicked_at < cutoffs.cutoff_at) + {{ prior_clicks }})
    / ({{ stable_sum('rates.click_rate') }} + {{ prior_clicks }}) as click_lift
from {{ ref('measured_impressions') }} as impressions
inner join {{ ref('cutoffs') }} as cutoffs
    on
        impressions.shown_at < cutoffs.cutoff_at
        and cutoffs.purpose <> 'live'
inner join {{ ref('position_click_rates') }} as rates
    on
        cutoffs.cutoff_id = rates.cutoff_id
        and impressions.position = rates.position
group by cutoffs.cutoff_id, impressions.product_id
