-- section: quality
-- order: 40
-- title: Drift of raw columns since the last build
-- unit: population stability index (PSI), 0 = no change
-- interval: none: all rows of both builds are compared
-- read: By convention, a PSI to the left of the first dashed line (0.1) is noise, and one to the right of the second (0.25)
--    is a large shift. The file profile_thresholds.csv sets what warns or fails.
-- empty: No earlier build is known, so drift cannot be measured yet. The next make build compares with this build.

select
    replace(raw_table, '_', ' ') || ': ' || replace(column_name, '_', ' ') as column_name,
    psi,
    null_share_change,
    case drift_status when 'ok' then 'pass' else drift_status end as status
from marts.column_profile
where psi is not null
order by psi desc, raw_table asc, column_name asc
limit 25
