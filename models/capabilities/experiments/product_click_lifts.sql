-- Grain: past cutoff × product shown before it: by how much it was clicked more than its places let expect, before the cutoff.
-- prior_clicks more clicks, as expected, are added to both, so that one click of a product is no lift. A product never shown has
-- no row; 1 is its lift.
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
inner join {{ ref('place_click_rates') }} as rates
    on
        cutoffs.cutoff_id = rates.cutoff_id
        and impressions.position = rates.position
group by cutoffs.cutoff_id, impressions.product_id
