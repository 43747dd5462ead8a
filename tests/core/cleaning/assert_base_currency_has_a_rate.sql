-- Catches a base currency that currency_rates does not list while prices or amounts in other currencies occur: none of them
-- could be converted, and all sums would leave them out. Stops with a message instead of a count of rows.
with currencies as (
    select currency from {{ ref('stg_order_lines') }}
    union
    select currency from {{ ref('stg_products') }}
),

unconverted as (
    select currencies.currency
    from currencies
    left join {{ ref('currency_rates') }} as rates on rates.currency = '{{ var("base_currency") }}'
    where currencies.currency <> '{{ var("base_currency") }}' and rates.currency is null
)

select currency
from unconverted
where {{ raise_error("concat(
    'Var base_currency is {}, of which the seed currency_rates (seeds/reference/core/currency_rates.csv) has no rate, but ',
    'amounts in ', currency, ' occur. Add its rates, or choose another base_currency.'
)".format(var('base_currency'))) }} is null
