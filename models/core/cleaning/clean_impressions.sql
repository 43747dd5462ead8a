-- Grain: kept raw row of impressions of a customer with consent to personalisation: a product shown to the customer, and
-- whether the customer clicked it, added it to the cart or bought it by as_of. Lossy: drops impressions of customers without
-- this consent.
select
    impressions.record_id,
    impressions.impression_id,
    impressions.list_id,
    impressions.release_id,
    impressions.customer_id,
    impressions.product_id,
    impressions.position,
    impressions.experiment,
    impressions.variant,
    impressions.propensity,
    impressions.shown_at,
    impressions.clean_clicked_at as clicked_at,
    impressions.clean_added_to_cart_at as added_to_cart_at,
    impressions.clean_purchased_at as purchased_at
from {{ ref('impression_dispositions') }} as impressions
left join {{ ref('customer_consents') }} as consents on impressions.customer_id = consents.customer_id
where impressions.rejection_reason is null and {{ has_consent('consents', 'personalisation') }}
