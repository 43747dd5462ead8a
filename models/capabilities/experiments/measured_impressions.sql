-- Grain: impression of a customer who consents to personalisation and analytics. All experiment measurements read only these
-- impressions. list_length is the largest position shown to the customer at the same time.
select
    impressions.record_id,
    impressions.customer_id,
    impressions.product_id,
    impressions.position,
    impressions.experiment,
    impressions.variant,
    impressions.propensity,
    impressions.shown_at,
    impressions.clicked_at,
    impressions.purchased_at,
    max(impressions.position) over (partition by impressions.customer_id, impressions.shown_at) as list_length
from {{ ref('clean_impressions') }} as impressions
left join {{ ref('customer_consents') }} as consents on impressions.customer_id = consents.customer_id
where {{ has_consent('consents', 'analytics') }}
