-- Grain: one row per kept raw row of events.
with countries as (
    select
        spellings.country,
        aliases.country_code
    from (select distinct country from {{ ref('event_fates') }}) as spellings
    inner join {{ ref('country_aliases') }} as aliases on {{ normal_form('spellings.country') }} = aliases.normal_form
)

select
    fates.record_id,
    fates.session_id,
    fates.customer_id,
    fates.product_id,
    fates.event_type,
    fates.occurred_at,
    {{ plain_text('fates.device') }} as device,
    coalesce(countries.country_code, 'unknown') as country,
    {{ plain_text('fates.referrer') }} as referrer
from {{ ref('event_fates') }} as fates
left join countries on fates.country = countries.country
where fates.rejection_reason is null
