-- Catches a rule that cleaning applies but cleaning_rules doesn't explain: it would be missing from the ledger.
with fates as (
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

-- Rules of a row, counted in semicolons, and how many of them are listed ones; one rule may have changed two columns.
counted as (
    select
        fates.raw_table,
        fates.found_rules,
        length(fates.found_rules) - length(replace(fates.found_rules, ';', '')) as rule_count,
        round(sum(
            (length(fates.enclosed_rules) - length(replace(fates.enclosed_rules, concat(';', rules.rule, ';'), '')))
            / (length(rules.rule) + 2)
        )) as listed_count
    from fates
    left join {{ ref('cleaning_rules') }} as rules on fates.raw_table = rules.raw_table
    group by fates.raw_table, fates.found_rules
)

select
    raw_table,
    found_rules,
    rule_count,
    listed_count
from counted
where rule_count > coalesce(listed_count, 0)
