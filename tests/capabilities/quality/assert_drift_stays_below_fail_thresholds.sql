-- Catches a delivery that broke a column used for learning. To accept an intended change, raise the column's threshold in
-- profile_thresholds, or discard the reference: dbt build --full-refresh --select column_bins+. The test also depends on the
-- profile, so that the profile is built and can be inspected even if the test fails.
-- depends_on: {{ ref('column_profile') }}
select
    raw_table,
    column_name,
    measure,
    measured,
    threshold,
    why
from {{ ref('drift_checks') }}
where is_exceeded and severity = 'fail'
