-- Grain: raw table × column, for columns of numbers or times with at least one finite value. Values beyond ±1e150, NaN and
-- infinity are not quantities and are left out. Mean and standard deviation are computed from values scaled to 0 (lowest) to 1
-- (highest). As decimals, sums of scaled values are exact (stable_sum) regardless of the magnitude of garbage values; a plain sum
-- of squares is not.
{%- set fractions = {
    'p01': 0.01, 'p10': 0.1, 'p20': 0.2, 'p25': 0.25, 'p30': 0.3, 'p40': 0.4, 'p50': 0.5, 'p60': 0.6, 'p70': 0.7, 'p75': 0.75,
    'p80': 0.8, 'p90': 0.9, 'p99': 0.99,
} %}
with finite_numbers as (
    select
        raw_table,
        column_name,
        number
    from {{ ref('column_numbers') }}
    where abs(number) <= 1e150
),

ranges as (
    select
        raw_table,
        column_name,
        count(*) as value_count,
        min(number) as lowest_number,
        max(number) - min(number) as span,
        {{ quantiles('number', fractions.values() | list) }} as numbers
    from finite_numbers
    group by raw_table, column_name
),

places as (
    select
        finite_numbers.raw_table,
        finite_numbers.column_name,
        (finite_numbers.number - ranges.lowest_number) / nullif(ranges.span, 0) as place
    from finite_numbers
    inner join ranges
        on
            finite_numbers.raw_table = ranges.raw_table
            and finite_numbers.column_name = ranges.column_name
),

place_sums as (
    select
        raw_table,
        column_name,
        {{ stable_sum('place') }} as place_sum,
        {{ stable_sum('place * place') }} as square_sum
    from places
    group by raw_table, column_name
)

select
    ranges.raw_table,
    ranges.column_name,
    ranges.value_count,
    {%- for name in fractions %}
    {{ array_element('ranges.numbers', loop.index) }} as {{ name }},
    {%- endfor %}
    ranges.lowest_number + coalesce(ranges.span * place_sums.place_sum / ranges.value_count, 0) as mean,
    coalesce(
        ranges.span * sqrt(
            (place_sums.square_sum - place_sums.place_sum * place_sums.place_sum / ranges.value_count)
            / nullif(ranges.value_count - 1, 0)
        ),
        0
    ) as standard_deviation
from ranges
inner join place_sums
    on
        ranges.raw_table = place_sums.raw_table
        and ranges.column_name = place_sums.column_name
