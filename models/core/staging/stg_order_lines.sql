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
{%- set order_fields = [] %}
{%- for field in ['status', 'currency'] if is_mapped('order_lines', field) == 'true' %}
{%- do order_fields.append(field) %}
{%- endfor %}
with records as (
    {{ raw_records('order_lines') }}
),

{% for field in order_fields -%}
orders_by_{{ field }} as (
    select
        order_id,
        {{ field }},
        avg(case when is_stated then 1.0 else 0.0 end) over () >= {{ order_share }} as is_order_field
    from (
        select
            stated.order_id,
            case when min(stated.{{ field }}) = max(stated.{{ field }}) then min(stated.{{ field }}) end as {{ field }},
            count(stated.{{ field }}) > 0 as is_stated
        from records as stated
        inner join (select distinct order_id from records where {{ field }} is null) as incomplete
            on stated.order_id = incomplete.order_id
        group by stated.order_id
    ) as stated_values
),

{% endfor -%}
completed as (
    select
        records.record_hash,
        records.copy_number,
        records.order_id,
        records.customer_id,
        records.product_id,
        records.quantity,
        records.unit_price,
        records.ordered_at,
        records.channel,
        records.device,
        records.country,
        {%- for field in ['status', 'currency'] %}
        {%- if field in order_fields %}
        coalesce(records.{{ field }}, case when orders_by_{{ field }}.is_order_field then orders_by_{{ field }}.{{ field }} end)
            as {{ field }}{{ ',' if not loop.last }}
        {%- else %}
        records.{{ field }}{{ ',' if not loop.last }}
        {%- endif %}
        {%- endfor %}
    from records
    {%- for field in order_fields %}
    left join orders_by_{{ field }} on records.order_id = orders_by_{{ field }}.order_id
    {%- endfor %}
)

select
    completed.record_hash || '-' || completed.copy_number as record_id,
    completed.copy_number,
    trim(completed.order_id) as order_id,
    completed.customer_id,
    trim(completed.product_id) as product_id,
    upper(trim(completed.currency)) as currency,
    lower(trim(completed.status)) as status,
    case when completed.status is not null then coalesce(words.meaning, 'unknown') end as status_meaning,
    completed.channel,
    completed.device,
    completed.country,
    {{ typed_columns('order_lines') }}
from completed
left join {{ ref('order_statuses') }} as words on {{ plain_word('completed.status') }} = words.word
