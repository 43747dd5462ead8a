-- Catches a column that drifted more than profile_thresholds allows. It only warns, because a new season changes prices as much
-- as a broken export does. The next build uses the new state as its reference.
{{ config(severity='warn') }}
select
    raw_table,
    column_name,
    measure,
    measured,
    threshold,
    why
from {{ ref('drift_checks') }}
where is_exceeded and severity = 'warn'
