-- Catches rows in no bin or in two bins: over each set of bins, this build's counts sum to the rows of the table.
select
    bins.raw_table,
    bins.column_name,
    bins.fitted_to,
    sum(bins.row_count) as binned_count,
    max(counts.row_count) as row_count
from {{ ref('column_bins') }} as bins
inner join {{ ref('column_counts') }} as counts
    on
        bins.raw_table = counts.raw_table
        and bins.column_name = counts.column_name
group by bins.raw_table, bins.column_name, bins.fitted_to
having sum(bins.row_count) <> max(counts.row_count) or min(bins.row_count) < 0
