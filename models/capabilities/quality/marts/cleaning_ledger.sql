-- Grain: raw table × rule of cleaning_rules, and one row per raw table (including tables without rows) with rule `all`. In the
-- row `all` the columns add up: rows_in = kept + rejected, and corrected rows are part of the kept rows. In the row of a single
-- rule, found_count counts all rows to which the rule applies, and the other columns count the consequences. A row is rejected
-- only by the first of its rules, but several rules may correct a kept row. amount_… are sums of quantity × unit_price as
-- delivered. For rows of customers who requested erasure (rule `erased`), only the count is known.
with dispositions as (
    {%- for table, model in disposition_models().items() %}
    select
        '{{ table }}' as raw_table,
        rejection_reason,
        found_rules,
        {%- if table == 'order_lines' %}
        cast(quantity as decimal(38, 3)) * unit_price as amount,
        {%- else %}
        cast(null as decimal(38, 7)) as amount,
        {%- endif %}
        coalesce(
            {%- for _, _, rule_column in corrected_columns().get(table, []) %}
            {{ rule_column }},
            {%- endfor %}
            null
        ) is not null as is_corrected
    from {{ model }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- Combinations of rules that occur together; far fewer than rows.
combinations as (
    select
        raw_table,
        rejection_reason,
        found_rules,
        is_corrected,
        count(*) as row_count,
        cast(coalesce(sum(amount), 0) as decimal(38, 7)) as amount
    from dispositions
    group by raw_table, rejection_reason, found_rules, is_corrected
    union all
    select
        raw_table,
        'erased' as rejection_reason,
        'erased;' as found_rules,
        false as is_corrected,
        row_count,
        cast(0 as decimal(38, 7)) as amount
    from {{ ref('erased_rows') }}
    where row_count > 0
),

by_rule as (
    select
        rules.raw_table,
        rules.rule,
        rules.action,
        coalesce(sum(combinations.row_count), 0) as found_count,
        coalesce(sum(combinations.row_count) filter (where combinations.rejection_reason is null), 0) as kept_count,
        coalesce(sum(combinations.row_count) filter (
            where rules.action = 'correct' and combinations.rejection_reason is null
        ), 0) as corrected_count,
        coalesce(sum(combinations.row_count) filter (where combinations.rejection_reason = rules.rule), 0) as rejected_count,
        cast(null as decimal(38, 7)) as amount_kept,
        sum(combinations.amount) filter (where combinations.rejection_reason = rules.rule) as amount_rejected
    from {{ ref('cleaning_rules') }} as rules
    left join combinations
        on
            rules.raw_table = combinations.raw_table
            and concat(';', combinations.found_rules) like concat('%;', rules.rule, ';%')
    group by rules.raw_table, rules.rule, rules.action
),

raw_tables as (
    {{ literal_rows('raw_table', disposition_models().keys() | list) }}
),

by_table as (
    select
        raw_tables.raw_table,
        'all' as rule,
        'all' as action,
        coalesce(sum(combinations.row_count), 0) as found_count,
        coalesce(sum(combinations.row_count) filter (where combinations.rejection_reason is null), 0) as kept_count,
        coalesce(sum(combinations.row_count) filter (
            where combinations.rejection_reason is null and combinations.is_corrected
        ), 0) as corrected_count,
        coalesce(sum(combinations.row_count) filter (where combinations.rejection_reason is not null), 0) as rejected_count,
        coalesce(sum(combinations.amount) filter (where combinations.rejection_reason is null), 0) as amount_kept,
        coalesce(sum(combinations.amount) filter (where combinations.rejection_reason is not null), 0) as amount_rejected
    from raw_tables
    left join combinations on raw_tables.raw_table = combinations.raw_table
    group by raw_tables.raw_table
),

ledger as (
    select * from by_rule
    union all
    select * from by_table
)

select
    ledger.raw_table,
    ledger.rule,
    ledger.action,
    cast(coalesce(by_table.found_count, 0) as bigint) as rows_in,
    cast(ledger.found_count as bigint) as found_count,
    cast(ledger.kept_count as bigint) as kept_count,
    cast(ledger.corrected_count as bigint) as corrected_count,
    cast(ledger.rejected_count as bigint) as rejected_count,
    case when ledger.raw_table = 'order_lines' then cast(ledger.amount_kept as decimal(38, 7)) end as amount_kept,
    case when ledger.raw_table = 'order_lines' then cast(ledger.amount_rejected as decimal(38, 7)) end as amount_rejected
from ledger
left join by_table on ledger.raw_table = by_table.raw_table
