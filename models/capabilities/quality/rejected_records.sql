-- Grain: rejected raw row, with the rule and its values as staging read them, so that the counts of the ledger can be verified. A
-- single raw row describes a person, so the table is in the schema restricted and is not published. Lossy: values of personal
-- columns are withheld, and customers who requested erasure (rule `erased`) have no rows.
{{ config(
    schema='restricted', contract={'enforced': true}, grants={} if target.type in ('duckdb', 'spark') else {'select': ['data_engineers']}
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
