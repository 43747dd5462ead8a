-- Catches a base currency without a rate in currency_rates if prices or amounts in other currencies exist: none of them could be
-- converted, and every sum would omit them. Fails with a message instead of a row count. The message reads the rate, so that no
-- engine evaluates it before the join.
with currencies as (
    select currency from {{ ref('stg_order_lines') }}
    union
    select currency from {{ ref('stg_products') }}
),

unconverted as (
    select
        currencies.currency,
        rates.currency as rate
    from currencies
    left join {{ ref('currency_rates') }} as rates on rates.currency = '{{ var("base_currency") }}'
    where currencies.currency <> '{{ var("base_currency") }}' and rates.currency is null
)

select currency
from unconverted
where {{ raise_error("concat(
    'Var base_currency is {}, but the seed currency_rates (seeds/reference/core/currency_rates.csv) has no rate for it, and ',
    'amounts in ', currency, coalesce(rate, ''), ' occur. Add its rates, or choose another base_currency.'
)".format(var('base_currency'))) }} is null
