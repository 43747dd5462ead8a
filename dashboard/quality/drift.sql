-- section: quality
-- order: 40
-- title: Drift of raw columns since the build before
-- unit: population stability index (PSI), 0 = nothing moved
-- interval: none: all rows of both builds are compared
-- read: By habit, left of the first dashed line (0.1) is noise, and right of the second one (0.25) the column looks
--    different. What warns or fails is set in profile_thresholds.csv.
-- empty: No build before this one is known, so nothing can have drifted yet. A second make build compares with this one.

select
    replace(raw_table, '_', ' ') || ': ' || replace(column_name, '_', ' ') as column_name,
    psi,
    null_share_change,
    case drift_status when 'ok' then 'pass' else drift_status end as status
from marts.column_profile
where psi is not null
order by psi desc, raw_table asc, column_name asc
limit 25
