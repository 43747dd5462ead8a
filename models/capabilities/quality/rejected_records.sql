-- Grain: rejected raw row. What was left out, by which rule, and its values as staging read them, so that nobody has to
-- take the ledger's word. A single raw row describes a person, so the rows lie in the schema restricted and are not published.
-- Lossy: what names or dates a person is withheld, and of those who asked to be forgotten (rule `erased`) there are no rows.
{{ config(
    schema='restricted', contract={'enforced': true}, grants={} if target.type == 'duckdb' else {'select': ['data_engineers']}
) }}
{%- for table, model in disposition_models().items() %}
select
    '{{ table }}' as raw_table,
    record_id,
    rejection_reason as rule,
    {{ record_as_json(
        raw_contract()[table]['columns'] + ['unreadable_values', 'implausible_values'], shown_values(table)
    ) }} as record_values
from {{ model }}
where rejection_reason is not null
{{ 'union all' if not loop.last }}
{%- endfor %}
