-- Grain: kept raw row of events, of a customer with consent to personalisation or of an unknown customer. Lossy: drops events of
-- customers without this consent.
{{ config(materialized='view') }}
with countries as (
    select
        spellings.country,
        aliases.country_code
    from (select distinct country from {{ ref('event_dispositions') }}) as spellings
    inner join {{ ref('country_aliases') }} as aliases on {{ normal_form('spellings.country') }} = aliases.normal_form
)

select
    events.record_id,
    events.session_id,
    events.customer_id,
    events.product_id,
    events.event_type,
    events.occurred_at,
    {{ plain_text('events.device') }} as device,
    coalesce(countries.country_code, 'unknown') as country,
    {{ plain_text('events.referrer') }} as referrer
from {{ ref('event_dispositions') }} as events
left join {{ ref('customer_consents') }} as consents on events.customer_id = consents.customer_id
left join countries on events.country = countries.country
where
    events.rejection_reason is null
    and (events.customer_id is null or {{ has_consent('consents', 'personalisation') }})
