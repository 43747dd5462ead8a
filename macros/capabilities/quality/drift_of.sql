{#- Query: drift of each column between the build that its reference bins were fitted to and the last build counted in them.
    `bins` is column_bins or its state after the previous build. PSI = sum over bins of (now - then) × ln(now / then) of the
    shares among values. A share below 0.0001 counts as 0.0001, so that an empty bin has a large but finite weight. NULL if either
    build has no values. -#}
{% macro drift_of(bins) %}
select
    raw_table,
    column_name,
    max(reference_null_share) as previous_null_share,
    max(null_share) - max(reference_null_share) as null_share_change,
    case
        when min(reference_value_count) > 0 and min(value_count) > 0
            then {{ stable_sum('case when bin_number > 0 then (share - reference_share) * ln(share / reference_share) end') }}
    end as psi
from (
    select
        *,
        greatest(row_count / cast(nullif(value_count, 0) as double), 0.0001) as share,
        greatest(reference_row_count / cast(nullif(reference_value_count, 0) as double), 0.0001) as reference_share,
        1 - value_count / cast(total_count as double) as null_share,
        1 - reference_value_count / cast(reference_total_count as double) as reference_null_share
    from (
        select
            raw_table,
            column_name,
            bin_number,
            row_count,
            reference_row_count,
            sum(row_count) over (partition by raw_table, column_name) as total_count,
            sum(reference_row_count) over (partition by raw_table, column_name) as reference_total_count,
            sum(case when bin_number > 0 then row_count else 0 end) over (partition by raw_table, column_name) as value_count,
            sum(case when bin_number > 0 then reference_row_count else 0 end)
                over (partition by raw_table, column_name) as reference_value_count
        from {{ bins }}
        where fitted_to = 'reference'
    ) as totals
) as shares
group by raw_table, column_name
{%- endmacro %}
