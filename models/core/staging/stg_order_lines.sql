-- Grain: one row per raw row of order_lines, duplicates included. Lossy: customers who asked to be forgotten (erased_rows
-- counts their rows), and raw ids, for which pseudonyms stand; a text no cast can read stays in unreadable_values. Amounts are
-- decimals, so that sums over any order of rows are equal to the last digit. Shop systems state status and currency of an
-- order on its first line only: where nearly every order that has lines without one states it on another line, those take it
-- over. Incremental: see reads_from.
{{ config(
    materialized='incremental', incremental_strategy='reopen', meta={'time_column': 'ordered_at'},
    post_hook=[
        "{{ check_readable('order_lines') }}",
        "{{ forget_gone_customers(ref('customer_identities')) }}",
        '{{ note_inputs() }}',
    ]
) }}
{%- set order_share = 0.99 %}   {#- of the orders with lines that lack a field; they state it on another line #}
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
