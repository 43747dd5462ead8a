-- Catches a delivery that broke a column everything is learnt from. To let a wanted change pass, raise the column's threshold in
-- profile_thresholds, or forget the reference: dbt build --full-refresh --select column_bins+.
-- It reads the profile too, so that a failure doesn't keep the profile from being built and looked at.
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
