-- Catches a correction that lost the original value: value_before must equal the staged value of the row as text. amount is not a
-- raw column; it is compared with quantity times the converted price. Values of personal columns are withheld.
with staged as (
    {%- for table, columns in corrected_columns().items() %}
    {%- set outer_loop = loop %}
    {%- for column, _, _ in columns if column in raw_contract()[table]['columns'] %}
    {{ 'union all' if not (loop.first and outer_loop.first) }}
    select
        '{{ table }}' as raw_table,
        record_id,
        '{{ column }}' as column_name,
        {%- if is_personal(table, column) %}
        case when {{ delivered_value(table, column) }} is not null then 'withheld' end as value_before
        {%- else %}
        {{ delivered_value(table, column) }} as value_before
        {%- endif %}
    from {{ ref('stg_' ~ table) }}
    {%- endfor %}
    {%- endfor %}
    union all
    select
        'order_lines' as raw_table,
        record_id,
        'amount' as column_name,
        cast(try_cast(cast(quantity as decimal(38, 3)) * base_unit_price as decimal(18, 4)) as string) as value_before
    from {{ ref('order_line_prices') }}
)

select
    corrections.raw_table,
    corrections.record_id,
    corrections.column_name,
    corrections.value_before,
    staged.value_before as staged_value
from {{ ref('corrections') }} as corrections
left join staged
    on
        corrections.raw_table = staged.raw_table
        and corrections.record_id = staged.record_id
        and corrections.column_name = staged.column_name
where
    staged.record_id is null
    or corrections.value_before is distinct from staged.value_before
    or (
        corrections.value_before is not distinct from corrections.value_after
        and coalesce(corrections.value_before, '') <> 'withheld'
    )
