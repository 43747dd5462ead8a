-- Grain: raw table × raw row × flag rule, of rows that were kept: what looks wrong but is for a person to decide. Nothing
-- was changed. Like all tables of single raw rows it lies in the schema restricted and is not published.
{{ config(
    schema='restricted', contract={'enforced': true}, grants={} if target.type == 'duckdb' else {'select': ['data_engineers']}
) }}
with fates as (
    {%- for table, model in disposition_models().items() %}
    select
        '{{ table }}' as raw_table,
        record_id,
        found_rules
    from {{ model }}
    where found_rules is not null and rejection_reason is null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    fates.raw_table,
    fates.record_id,
    rules.rule,
    rules.severity,
    rules.why
from fates
inner join {{ ref('cleaning_rules') }} as rules
    on
        fates.raw_table = rules.raw_table
        and rules.action = 'flag'
        and concat(';', fates.found_rules) like concat('%;', rules.rule, ';%')
