-- Catches experiments that run at the same time and share a variant name: their impressions all count for the one that started
-- last.
{{ config(severity='warn') }}
select
    experiment,
    variant,
    max(fitting_count) as fitting_count
from {{ ref('measured_impressions') }}
where fitting_count > 1
group by experiment, variant
