-- Grain: raw table × raw row × flag rule, of kept rows: suspicious rows for a person to review. No value was changed. Like all
-- tables of single raw rows, it is in the schema restricted and is not published.
{{ config(
    schema='restricted', contract={'enforced': true}, grants={} if target.type in ('duckdb', 'spark') else {'select': ['data_engineers']}
) }}
with dispositions as (
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
    dispositions.raw_table,
    dispositions.record_id,
    rules.rule,
    rules.severity,
    rules.why
from dispositions
inner join {{ ref('cleaning_rules') }} as rules
    on
        dispositions.raw_table = rules.raw_table
        and rules.action = 'flag'
        and concat(';', dispositions.found_rules) like concat('%;', rules.rule, ';%')
