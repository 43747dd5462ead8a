-- Grain: corrected value: raw table × raw row × column, of kept rows: the value before, the value after, and the rule that
-- changed it. value_before restores the delivered value, even if no cast could read it. Values of single rows are in the schema
-- restricted and are not published. Lossy: both values are withheld for personal columns (macro is_personal).
{{ config(
    schema='restricted', contract={'enforced': true}, grants={} if target.type in ('duckdb', 'spark') else {'select': ['data_engineers']}
) }}
with corrected as (
    {%- for table, columns in corrected_columns().items() %}
    {%- set outer_loop = loop %}
    {%- for column, clean_column, rule_column in columns %}
    {%- set is_withheld = is_personal(table, column) %}
    select
        '{{ table }}' as raw_table,
        record_id,
        '{{ column }}' as column_name,
        {%- if is_withheld %}
        case when {{ delivered_value(table, column) }} is not null then 'withheld' end as value_before,
        case when {{ clean_column }} is not null then 'withheld' end as value_after,
        {%- else %}
        {{ delivered_value(table, column) }} as value_before,
        cast({{ clean_column }} as string) as value_after,
        {%- endif %}
        {{ rule_column }} as rule
    from {{ disposition_models()[table] }}
    where rejection_reason is null and {{ rule_column }} is not null
    {{ 'union all' if not (loop.last and outer_loop.last) }}
    {%- endfor %}
    {%- endfor %}
)

select
    raw_table,
    record_id,
    column_name,
    value_before,
    value_after,
    rule
from corrected
