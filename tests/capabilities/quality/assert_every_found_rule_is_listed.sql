-- Catches a rule that cleaning applies but that is not in cleaning_rules: it would be missing from the ledger.
with dispositions as (
    {%- for table, model in disposition_models().items() %}
    select distinct
        '{{ table }}' as raw_table,
        found_rules,
        concat(';', replace(found_rules, ';', ';;')) as enclosed_rules
    from {{ model }}
    where found_rules is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- Number of rules of a row, counted by semicolons, and number of listed rules among them; one rule may have changed two columns.
counted as (
    select
        dispositions.raw_table,
        dispositions.found_rules,
        length(dispositions.found_rules) - length(replace(dispositions.found_rules, ';', '')) as rule_count,
        round(sum(
            (length(dispositions.enclosed_rules) - length(replace(dispositions.enclosed_rules, concat(';', rules.rule, ';'), '')))
            / (length(rules.rule) + 2)
        )) as listed_count
    from dispositions
    left join {{ ref('cleaning_rules') }} as rules on dispositions.raw_table = rules.raw_table
    group by dispositions.raw_table, dispositions.found_rules
)

select
    raw_table,
    found_rules,
    rule_count,
    listed_count
from counted
where rule_count > coalesce(listed_count, 0)
