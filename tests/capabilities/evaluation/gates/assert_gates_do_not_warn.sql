-- Catches lists a person should look at before they are shown: a gate of severity warn that doesn't hold, or one of severity
-- fail whose estimate lies beyond the bound while its interval doesn't. It only warns: half of all estimates lie below what
-- they estimate.
{{ config(severity='warn') }}
select
    gate,
    compared_with,
    message
from {{ ref('gate_results') }}
where status = 'warn'
