-- Catches lists a person should look at before they are shown: a gate of severity warn that doesn't hold, or one of severity
-- fail whose estimate lies beyond the bound while its interval doesn't. It only warns: half of all estimates lie below what
-- they estimate. It reads the manifest too, so that it runs once all is built.
-- depends_on: {{ ref('run_manifest') }}
{{ config(severity='warn') }}
select
    gate,
    compared_with,
    message
from {{ ref('gate_results') }}
where status = 'warn'
