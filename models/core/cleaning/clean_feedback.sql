-- Grain: kept raw row of feedback of a customer with consent to personalisation. A customer may give several verdicts on one
-- product over time. Lossy: drops feedback of customers without this consent.
select
    feedback.record_id,
    feedback.customer_id,
    feedback.product_id,
    feedback.verdict,
    feedback.given_at
from {{ ref('feedback_dispositions') }} as feedback
left join {{ ref('customer_consents') }} as consents on feedback.customer_id = consents.customer_id
where feedback.rejection_reason is null and {{ has_consent('consents', 'personalisation') }}
