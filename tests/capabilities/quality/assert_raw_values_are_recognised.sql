-- Catches unreadable values, implausible values, and words that no seed lists, if they exceed a small share of a table. It only
-- warns, because the other rows are used. Remedy: time_format, number_format or an expression in the mapping, or the word in its
-- seed (order_statuses, availability_words, event_weights, gender_aliases, country_aliases, unit_conversions, currency_rates).
-- rejected_records, corrections and flagged_records contain the rows.
{{ config(severity='warn', meta={'prints': 'message'}) }}
{%- set single_slips = 0.02 %}   {#- tolerated share of the rows of the table #}
{%- set shown_words = 5 %}
with unknown_words as (
    select
        status,
        row_number() over (order by count(*) desc nulls last, status asc nulls last) as place
    from {{ ref('stg_order_lines') }}
    where status_meaning = 'unknown'
    group by status
),

examples as (
    select concat(' Words: ', {{ string_list('status') }}, '.') as words
    from unknown_words
    where place <= {{ shown_words }}
)

select
    ledger.raw_table,
    ledger.rule,
    ledger.found_count,
    ledger.rows_in,
    concat(
        ledger.found_count, ' of ', ledger.rows_in, ' rows of ', ledger.raw_table, ' have ', ledger.rule, ': ', rules.why,
        case when ledger.rule = 'unknown_status' then examples.words else '' end
    ) as message
from {{ ref('cleaning_ledger') }} as ledger
inner join {{ ref('cleaning_rules') }} as rules on ledger.raw_table = rules.raw_table and ledger.rule = rules.rule
cross join examples
where
    (
        ledger.rule like 'unreadable%'
        or ledger.rule like 'implausible%'
        or ledger.rule in (
            'unknown_status', 'unknown_event_type', 'unknown_verdict', 'unknown_purpose', 'unknown_currency', 'unknown_unit',
            'unknown_gender', 'unknown_country'
        )
    )
    and ledger.found_count > {{ single_slips }} * ledger.rows_in
