-- Grain: raw table × column that an earlier build already profiled; empty on the first build. How far the column moved
-- since the reference in column_bins.
select
    drift.raw_table,
    drift.column_name,
    drift.previous_null_share,
    drift.null_share_change,
    drift.psi
from ({{ drift_of(ref('column_bins')) }}) as drift
