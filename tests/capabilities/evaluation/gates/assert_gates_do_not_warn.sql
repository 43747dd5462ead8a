-- Catches lists that a person should review before they are shown: a gate of severity warn that fails, or a gate of severity fail
-- whose estimate is below the bound while its interval is not. It only warns, because half of all estimates are below the true
-- value.
{{ config(severity='warn') }}
select
    gate,
    compared_with,
    message
from {{ ref('gate_results') }}
where status = 'warn'
