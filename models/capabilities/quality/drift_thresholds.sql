-- Grain: raw table × column × severity: the most specific matching row of the seed profile_thresholds. A row with table and
-- column precedes a row with the table only, which precedes a row with the column only, which precedes `*` for both. A column can
-- have both a low warn threshold and a high fail threshold.
with matching_rows as (
    select
        counts.raw_table,
        counts.column_name,
        thresholds.severity,
        thresholds.max_psi,
        thresholds.max_null_share_change,
        thresholds.why,
        row_number() over (
            partition by counts.raw_table, counts.column_name, thresholds.severity
            order by
                case when thresholds.raw_table = '*' then 1 else 0 end nulls last,
                case when thresholds.column_name = '*' then 1 else 0 end nulls last,
                thresholds.raw_table nulls last,
                thresholds.column_name nulls last
        ) as specificity_rank
    from {{ ref('column_counts') }} as counts
    inner join {{ ref('profile_thresholds') }} as thresholds
        on
            thresholds.raw_table in (counts.raw_table, '*')
            and thresholds.column_name in (counts.column_name, '*')
)

select
    raw_table,
    column_name,
    severity,
    max_psi,
    max_null_share_change,
    why
from matching_rows
where specificity_rank = 1
