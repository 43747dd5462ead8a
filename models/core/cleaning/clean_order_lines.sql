-- Grain: raw row of order_lines that is valid, or was valid until reversed_at, of a customer with consent to personalisation or
-- of an unknown customer: such a line shows what sells, though not to whom. At a cutoff, count the lines with ordered_at before
-- it and with reversed_at NULL or not before it. Today, count the lines with reversed_at NULL, which the ledger calls kept.
-- Lossy: drops lines of customers without this consent.
{{ config(materialized='view') }}
with countries as (
    select
        spellings.country,
        aliases.country_code
    from (select distinct country from {{ ref('order_line_dispositions') }}) as spellings
    inner join {{ ref('country_aliases') }} as aliases on {{ normal_form('spellings.country') }} = aliases.normal_form
)

select
    lines.record_id,
    lines.order_id,
    lines.customer_id,
    lines.product_id,
    lines.clean_quantity as quantity,
    lines.base_unit_price as unit_price,
    case when not products.is_price_imputed then products.clean_price end as list_price,
    lines.clean_amount as amount,
    lines.ordered_at,
    lines.reversed_at,
    coalesce(lines.status_meaning = 'returned', false) as is_returned,
    {{ plain_text('lines.channel') }} as channel,
    {{ plain_text('lines.device') }} as device,
    coalesce(countries.country_code, 'unknown') as country
from {{ ref('order_line_dispositions') }} as lines
left join {{ ref('customer_consents') }} as consents on lines.customer_id = consents.customer_id
left join {{ ref('product_dispositions') }} as products
    on
        lines.product_id = products.product_id
        and products.rejection_reason is null
left join countries on lines.country = countries.country
where
    (lines.rejection_reason is null or lines.reversed_at is not null)
    and (lines.customer_id is null or {{ has_consent('consents', 'personalisation') }})
