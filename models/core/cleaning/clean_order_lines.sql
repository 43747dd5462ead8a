-- Grain: raw row of order_lines that stands, or stood until undone_at. A line without customer_id stays: it says what sells,
-- though not to whom. Whoever asks for a moment takes ordered_at before it and undone_at NULL or not before it; whoever asks
-- for the final state, undone_at NULL, which is what the ledger calls kept.
with countries as (
    select
        spellings.country,
        aliases.country_code
    from (select distinct country from {{ ref('order_line_fates') }}) as spellings
    inner join {{ ref('country_aliases') }} as aliases on {{ normal_form('spellings.country') }} = aliases.normal_form
)

select
    fates.record_id,
    fates.order_id,
    fates.customer_id,
    fates.product_id,
    fates.quantity,
    fates.base_unit_price as unit_price,
    case when not products.is_price_imputed then products.clean_price end as list_price,
    fates.clean_amount as amount,
    fates.ordered_at,
    undone.undone_at,
    coalesce(fates.status = 'returned', false) as is_returned,
    {{ plain_text('fates.channel') }} as channel,
    {{ plain_text('fates.device') }} as device,
    coalesce(countries.country_code, 'unknown') as country
from {{ ref('order_line_fates') }} as fates
left join {{ ref('undone_order_lines') }} as undone on fates.record_id = undone.record_id
left join {{ ref('product_fates') }} as products
    on
        fates.product_id = products.product_id
        and products.rejection_reason is null
left join countries on fates.country = countries.country
where fates.rejection_reason is null or undone.record_id is not null
