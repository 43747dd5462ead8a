-- Grain: one row per raw row of order_lines, with its price in base_currency at the rate of the order's day; NULL if the currency
-- or base_currency has no rate on that day. A view, because it only adds one column.
{{ config(materialized='view') }}
with rates as (
    select
        currency,
        units_per_eur,
        valid_from,
        lead(valid_from) over (partition by currency order by valid_from nulls last) as valid_until
    from {{ ref('currency_rates') }}
)

select
    lines.*,
    case
        when lines.currency is null or lines.currency = '{{ var("base_currency") }}' then lines.unit_price
        else try_cast(lines.unit_price / rates.units_per_eur * base_rates.units_per_eur as decimal(18, 4))
    end as base_unit_price
from {{ ref('stg_order_lines') }} as lines
left join rates
    on
        lines.currency = rates.currency
        and lines.ordered_at >= rates.valid_from
        and (lines.ordered_at < rates.valid_until or rates.valid_until is null)
left join rates as base_rates
    on
        base_rates.currency = '{{ var("base_currency") }}'
        and lines.ordered_at >= base_rates.valid_from
        and (lines.ordered_at < base_rates.valid_until or base_rates.valid_until is null)
