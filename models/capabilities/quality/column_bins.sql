-- Grain: raw table × column × fitted_to × bin_number: distribution of this build's values over two sets of bins. One set is
-- fitted to this build (fitted_to `this_build`), the other to an earlier build, with the counts of that build (`reference`).
-- Among the drift models, only this one keeps state: it reads the reference from its own previous contents, so the bins of this
-- build are the reference of the next one. A drift that exceeds a `fail` threshold does not become the reference; otherwise a
-- repeated failed build would pass. Bin 0 contains NULLs. Bins 1 to 10 are the deciles of numbers and times, or the nine most
-- frequent values and all others. Lossy: for a key column, nearly all values are in bin 10, so its psi has little meaning.
-- --full-refresh discards the reference.
-- depends_on: {{ ref('drift_thresholds') }} (read on the second build only)
{%- set edges = ['p10', 'p20', 'p30', 'p40', 'p50', 'p60', 'p70', 'p80', 'p90'] %}
with fitted_bins as (
    select
        counts.raw_table,
        counts.column_name,
        counts.kind,
        'this_build' as fitted_to,
        bins.bin_number,
        frequencies.value,
        case bins.bin_number
            {%- for edge in edges %}
            when {{ loop.index }} then quantiles.{{ edge }}
            {%- endfor %}
        end as upper_bound,
        cast(null as bigint) as reference_row_count
    from {{ ref('column_counts') }} as counts
    cross join ({{ literal_rows('bin_number', range(11)) }}) as bins
    left join {{ ref('column_quantiles') }} as quantiles
        on
            counts.raw_table = quantiles.raw_table
            and counts.column_name = quantiles.column_name
    left join {{ ref('column_frequencies') }} as frequencies
        on
            counts.raw_table = frequencies.raw_table
            and counts.column_name = frequencies.column_name
            and counts.kind in ('text', 'truth')
            and bins.bin_number = frequencies.value_rank
),

bins as (
    select * from fitted_bins
    {%- if remembers_previous_build() %}
    union all
    select
        remembered.raw_table,
        remembered.column_name,
        remembered.kind,
        'reference' as fitted_to,
        remembered.bin_number,
        remembered.value,
        remembered.upper_bound,
        case when failed.column_name is null then remembered.row_count else remembered.reference_row_count end
            as reference_row_count
    from {{ this }} as remembered
    inner join {{ ref('column_counts') }} as counts
        on
            remembered.raw_table = counts.raw_table
            and remembered.column_name = counts.column_name
            and remembered.kind = counts.kind
    left join (
        select
            drift.raw_table,
            drift.column_name
        from ({{ drift_of(this) }}) as drift
        inner join {{ ref('drift_thresholds') }} as thresholds
            on
                drift.raw_table = thresholds.raw_table
                and drift.column_name = thresholds.column_name
                and thresholds.severity = 'fail'
        where drift.psi > thresholds.max_psi or abs(drift.null_share_change) > thresholds.max_null_share_change
    ) as failed
        on
            remembered.raw_table = failed.raw_table
            and remembered.column_name = failed.column_name
    where remembered.fitted_to = case when failed.column_name is null then 'this_build' else 'reference' end
    {%- endif %}
),

-- One row per set of bins, so that a value finds its bin by comparison instead of a join of all rows with all bins.
scales as (
    select
        raw_table,
        column_name,
        {%- for edge in edges %}
        max(case when bin_number = {{ loop.index }} then upper_bound end) as {{ edge }},
        {%- endfor %}
        fitted_to
    from bins
    where kind in ('number', 'time')
    group by raw_table, column_name, fitted_to
),

binned_numbers as (
    select
        scales.raw_table,
        scales.column_name,
        scales.fitted_to,
        case
            when numbers.number is null then 0
            {%- for edge in edges %}
            when numbers.number <= scales.{{ edge }} then {{ loop.index }}
            {%- endfor %}
            else 10
        end as bin_number
    from {{ ref('column_numbers') }} as numbers
    inner join scales
        on
            numbers.raw_table = scales.raw_table
            and numbers.column_name = scales.column_name
),

value_bins as (
    select * from bins
    where value is not null
),

counted_bins as (
    select
        raw_table,
        column_name,
        fitted_to,
        bin_number,
        count(*) as row_count
    from binned_numbers
    group by raw_table, column_name, fitted_to, bin_number
    {%- for table, contract in raw_contract().items() %}
    {%- for column in contract['columns'] if column_kind(table, column) in ['text', 'truth'] and not is_personal(table, column) %}
    union all
    select
        value_bins.raw_table,
        value_bins.column_name,
        value_bins.fitted_to,
        value_bins.bin_number,
        count(*) as row_count
    from {{ ref('stg_' ~ table) }} as records
    inner join value_bins on cast(records.{{ column }} as string) = value_bins.value
    where value_bins.raw_table = '{{ table }}' and value_bins.column_name = '{{ column }}'
    group by value_bins.raw_table, value_bins.column_name, value_bins.fitted_to, value_bins.bin_number
    {%- endfor %}
    {%- endfor %}
),

listed_counts as (
    select
        bins.*,
        coalesce(counted_bins.row_count, 0) as listed_count,
        sum(coalesce(counted_bins.row_count, 0)) over (
            partition by bins.raw_table, bins.column_name, bins.fitted_to
        ) as listed_total
    from bins
    left join counted_bins
        on
            bins.raw_table = counted_bins.raw_table
            and bins.column_name = counted_bins.column_name
            and bins.fitted_to = counted_bins.fitted_to
            and bins.bin_number = counted_bins.bin_number
)

select
    listed_counts.raw_table,
    listed_counts.column_name,
    listed_counts.kind,
    listed_counts.fitted_to,
    listed_counts.bin_number,
    listed_counts.value,
    listed_counts.upper_bound,
    listed_counts.reference_row_count,
    cast(case
        when listed_counts.kind in ('number', 'time') then listed_counts.listed_count
        when listed_counts.bin_number = 0 then counts.null_count
        when listed_counts.bin_number = 10 then counts.row_count - counts.null_count - listed_counts.listed_total
        else listed_counts.listed_count
    end as bigint) as row_count
from listed_counts
inner join {{ ref('column_counts') }} as counts
    on
        listed_counts.raw_table = counts.raw_table
        and listed_counts.column_name = counts.column_name
