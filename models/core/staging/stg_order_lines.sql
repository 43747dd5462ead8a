-- Grain: one row per raw row of order_lines, duplicates included. Lossy: drops the rows of customers who requested erasure
-- (counted in erased_rows) and replaces raw ids by pseudonyms. unreadable_values keeps texts that no cast can read. Amounts are
-- decimals, so a sum is equal to the last digit in any order of rows. Some shop systems state an order's status and currency on
-- its first line only. If nearly all orders with incomplete lines state the field on another line, the incomplete lines inherit
-- that value. Incremental: see reads_from.
{{ config(
    materialized='incremental', incremental_strategy='reopen', meta={'time_column': 'ordered_at'},
    post_hook=[
        "{{ check_readable('order_lines') }}",
        "{{ forget_gone_customers(ref('customer_identities')) }}",
        '{{ note_inputs() }}',
    ]
) }}
{%- set order_share = 0.99 %}   {#- minimum share of the orders with incomplete lines that state the field on another line #}
with records as (
    {{ raw_records('order_lines') }}
),

{% for field in ['status', 'currency'] -%}
incomplete_by_{{ field }} as (
    select distinct order_id
    from records
    where {{ field }} is null and {{ is_mapped('order_lines', field) }}
),

stated_{{ field }} as (
    select
        records.order_id as of_order,
        case when min(records.{{ field }}) = max(records.{{ field }}) then min(records.{{ field }}) end as {{ field }},
        case when count(records.{{ field }}) > 0 then 1.0 else 0.0 end as is_stated
    from records
    inner join incomplete_by_{{ field }} as incomplete on records.order_id = incomplete.order_id
    group by records.order_id
),

orders_by_{{ field }} as (
    select
        of_order,
        case when avg(is_stated) over () >= {{ order_share }} then {{ field }} end as order_{{ field }}
    from stated_{{ field }}
),

{% endfor -%}
lines as (
    select
        records.*,
        coalesce(records.status, orders_by_status.order_status) as line_status,
        coalesce(records.currency, orders_by_currency.order_currency) as line_currency
    from records
    left join orders_by_status on records.order_id = orders_by_status.of_order
    left join orders_by_currency on records.order_id = orders_by_currency.of_order
)

select
    lines.record_hash || '-' || lines.copy_number as record_id,
    lines.copy_number,
    lines.order_id,
    lines.customer_id,
    lines.product_id,
    upper(trim(lines.line_currency)) as currency,
    lower(trim(lines.line_status)) as status,
    case when lines.line_status is not null then coalesce(words.meaning, 'unknown') end as status_meaning,
    lines.channel,
    lines.device,
    lines.country,
    {{ typed_columns('order_lines') }}
from lines
left join {{ ref('order_statuses') }} as words on {{ plain_word('lines.line_status') }} = words.word
