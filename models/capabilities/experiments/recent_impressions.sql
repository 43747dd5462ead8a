-- Grain: measured impression of the last 84 days, from which experiment_power plans the next experiment. Impressions outside of
-- experiments count as the control, so that power is known before the first experiment.
{%- set recent_days = 84 %}   {#- twelve whole weeks, so that purchases of most customers are seen; older behaviour says less #}
with newest as (
    select cast(max(shown_at) as date) as newest_on
    from {{ ref('measured_impressions') }}
)

select
    impressions.record_id,
    impressions.customer_id,
    coalesce(impressions.variant, '{{ var("experiment_control_variant") }}') as variant,
    impressions.shown_at,
    impressions.clicked_at,
    impressions.purchased_at
from {{ ref('measured_impressions') }} as impressions
cross join newest
where cast(impressions.shown_at as date) > newest.newest_on - interval '{{ recent_days }}' day
