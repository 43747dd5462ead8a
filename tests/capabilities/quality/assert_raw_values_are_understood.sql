-- Catches values that no format reads, that no order has, or words that no seed lists, where they are more than single slips
-- of a table. It only warns, because the rest is used. Remedy: time_format, number_format or an expression in the mapping, or
-- the word in its seed (order_statuses, availability_words, event_weights, gender_aliases, country_aliases, unit_conversions,
-- currency_rates); rejected_records, corrections and flagged_records hold the rows.
{{ config(severity='warn') }}
{%- set single_slips = 0.02 %}   {#- share of the rows of the table #}
select
    raw_table,
    rule,
    found_count,
    rows_in
from {{ ref('cleaning_ledger') }}
where
    (
        rule like 'unreadable%'
        or rule like 'implausible%'
        or rule in (
            'unknown_status', 'unknown_event_type', 'unknown_verdict', 'unknown_purpose', 'unknown_currency', 'unknown_unit',
            'unknown_gender', 'unknown_country'
        )
    )
    and found_count > {{ single_slips }} * rows_in
