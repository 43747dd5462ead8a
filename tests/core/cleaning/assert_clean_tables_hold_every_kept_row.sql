-- Catches a clean table that loses a row kept by cleaning (through an inner join or a filter) or contains another row, above all
-- a row of a customer without consent to personalisation.
{%- set dispositions = {
    'order_lines': 'order_line_dispositions',
    'events': 'event_dispositions',
    'feedback': 'feedback_dispositions',
    'impressions': 'impression_dispositions',
} %}
with kept as (
    {%- for table, model in dispositions.items() %}
    select
        '{{ table }}' as raw_table,
        records.record_id
    from {{ ref(model) }} as records
    left join {{ ref('customer_consents') }} as consents on records.customer_id = consents.customer_id
    where
        records.rejection_reason is null
        and case when records.customer_id is null then true else {{ has_consent('consents', 'personalisation') }} end
    union all
    {%- endfor %}
    select
        'customers' as raw_table,
        customer_id as record_id
    from {{ ref('customer_dispositions') }}
    where rejection_reason is null
),

clean as (
    {%- for table in dispositions %}
    select
        '{{ table }}' as raw_table,
        record_id
    from {{ ref('clean_' ~ table) }}
    {{ 'where reversed_at is null' if table == 'order_lines' }}
    union all
    {%- endfor %}
    select
        'customers' as raw_table,
        customer_id as record_id
    from {{ ref('clean_customers') }}
    where is_registered
)

select
    coalesce(kept.raw_table, clean.raw_table) as raw_table,
    kept.record_id as kept_id,
    clean.record_id as clean_id
from kept
full outer join clean
    on
        kept.raw_table = clean.raw_table
        and kept.record_id = clean.record_id
where kept.record_id is null or clean.record_id is null
