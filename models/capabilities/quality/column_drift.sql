-- Grain: raw table × column that an earlier build already profiled: drift of the column since the reference in column_bins. Empty
-- on the first build.
select
    drift.raw_table,
    drift.column_name,
    drift.previous_null_share,
    drift.null_share_change,
    drift.psi
from ({{ drift_of(ref('column_bins')) }}) as drift
