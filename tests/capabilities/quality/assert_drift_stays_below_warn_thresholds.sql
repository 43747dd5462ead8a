-- Catches a column that moved more than profile_thresholds calls usual. It only warns: a new season moves prices as well as
-- a broken export does. The next build takes the new state for the usual one.
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
