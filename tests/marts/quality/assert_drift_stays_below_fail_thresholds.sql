-- Catches a delivery that broke a column everything is learnt from. To let a wanted change pass, raise the column's threshold in
-- profile_thresholds, or forget the reference: dbt build --full-refresh --select column_bins+.
-- depends_on: {{ ref('column_profile') }} (so that the profile is there to be looked at: a test bars only what comes after all it reads)
select
    raw_table,
    column_name,
    measure,
    measured,
    threshold,
    why
from {{ ref('drift_checks') }}
where is_exceeded and severity = 'fail'
