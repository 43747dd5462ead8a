-- Catches a rule that cleaning applies but cleaning_rules doesn't explain: it would be missing from the ledger.
with fates as (
    {%- for table, model in fate_models().items() %}
    select distinct
        '{{ table }}' as raw_table,
        found_rules
    from {{ model }}
    where found_rules is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- What is left of a row's rules once every listed one is crossed out, counted in semicolons.
crossed_out as (
    select
        fates.raw_table,
        fates.found_rules,
        length(fates.found_rules) - length(replace(fates.found_rules, ';', '')) as rule_count,
        count(rules.rule) as listed_count
    from fates
    left join {{ ref('cleaning_rules') }} as rules
        on
            fates.raw_table = rules.raw_table
            and concat(';', fates.found_rules) like concat('%;', rules.rule, ';%')
    group by fates.raw_table, fates.found_rules
)

select
    raw_table,
    found_rules,
    rule_count,
    listed_count
from crossed_out
where rule_count > listed_count
