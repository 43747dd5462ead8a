-- Catches a kept row whose value is missing although its policy always assigns one (unknown, or the most frequent name) or
-- rejects rows without the value (if the column is delivered). Also catches a value imputed although its policy leaves or rejects
-- missing values, and a NULL flagged as imputed.
{%- set filled = [
    ['customers', 'customer_dispositions', ['age', 'gender', 'country']],
    ['products', 'product_dispositions', ['price', 'category', 'brand']],
] %}
with kept as (
    {%- for table, model, columns in filled %}
    {%- set last_table = loop.last %}
    {%- for column in columns %}
    select
        '{{ table }}' as raw_table,
        '{{ column }}' as column_name,
        record_id,
        {{ column }}_policy as policy,
        clean_{{ column }} is null as is_missing,
        is_{{ column }}_imputed as is_imputed,
        {{ is_mapped(table, column) }} as is_delivered
    from {{ ref(model) }}
    where rejection_reason is null
    {{ 'union all' if not (loop.last and last_table) }}
    {%- endfor %}
    {%- endfor %}
)

select
    raw_table,
    column_name,
    record_id,
    policy,
    is_missing,
    is_imputed
from kept
where
    (is_missing and policy in ('mode', 'unknown'))
    or (is_missing and is_delivered and policy = 'reject')
    or (is_imputed and policy in ('leave', 'reject'))
    or (is_imputed and is_missing)
    or is_imputed is null
