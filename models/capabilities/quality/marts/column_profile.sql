-- Grain: raw table × column of the raw contract, of the mapped tables with rows: contents of each column as staging reads it,
-- including rejected rows, and drift since the previous build. Lossy: in tables with customers, values of fewer than
-- smallest_published_cell customers and quantiles with fewer values beyond them are withheld.
{%- set shown_characters = 100 %}   {#- characters shown of a text value #}
with value_entries as (
    select
        raw_table,
        column_name,
        value_rank,
        {{ record_as_json(['value', 'row_count']) }} as entry
    from (
        select
            raw_table,
            column_name,
            value_rank,
            left(value, {{ shown_characters }}) as value,
            row_count
        from {{ ref('column_frequencies') }}
        where
            value_rank <= 5
            and value is not null
            and (raw_table = 'products' or customer_count >= {{ var('smallest_published_cell') }})
    ) as frequencies
),

top_values as (
    select
        raw_table,
        column_name,
        '[' || concat_ws(
            ','
            {%- for value_rank in range(1, 6) %},
            max(case when value_rank = {{ value_rank }} then entry end)
            {%- endfor %}
        ) || ']' as top_values
    from value_entries
    group by raw_table, column_name
),

exceeded_checks as (
    select
        raw_table,
        column_name,
        -- `fail` sorts before `warn`
        min(severity) as worst_severity
    from {{ ref('drift_checks') }}
    where is_exceeded
    group by raw_table, column_name
)

select
    counts.raw_table,
    counts.column_name,
    counts.kind,
    counts.row_count,
    counts.null_count,
    counts.null_count / cast(counts.row_count as double) as null_share,
    counts.distinct_count,
    left(counts.lowest, {{ shown_characters }}) as lowest,
    left(counts.highest, {{ shown_characters }}) as highest,
    {%- for number, least_share in {'mean': 1, 'p01': 0.01, 'p25': 0.25, 'p50': 0.5, 'p75': 0.25, 'p99': 0.01}.items() %}
    case
        when
            counts.raw_table = 'products'
            or quantiles.value_count * {{ least_share }} >= {{ var('smallest_published_cell') }}
            then quantiles.{{ number }}
    end as {{ number }},
    {%- endfor %}
    top_values.top_values,
    outliers.mad_outlier_count,
    outliers.z_outlier_count,
    outliers.iqr_outlier_count,
    drift.previous_null_share,
    drift.null_share_change,
    drift.psi,
    case
        when drift.column_name is null then 'new'
        else coalesce(exceeded_checks.worst_severity, 'ok')
    end as drift_status
from {{ ref('column_counts') }} as counts
left join {{ ref('column_quantiles') }} as quantiles
    on
        counts.raw_table = quantiles.raw_table
        and counts.column_name = quantiles.column_name
left join top_values
    on
        counts.raw_table = top_values.raw_table
        and counts.column_name = top_values.column_name
left join {{ ref('column_outliers') }} as outliers
    on
        counts.raw_table = outliers.raw_table
        and counts.column_name = outliers.column_name
left join {{ ref('column_drift') }} as drift
    on
        counts.raw_table = drift.raw_table
        and counts.column_name = drift.column_name
left join exceeded_checks
    on
        counts.raw_table = exceeded_checks.raw_table
        and counts.column_name = exceeded_checks.column_name
