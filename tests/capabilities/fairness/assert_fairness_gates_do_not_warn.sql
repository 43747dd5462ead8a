-- Catches groups a person should look at: something beyond a bound of severity warn, or part of the interval beyond one. It only
-- warns: with few customers intervals are wide.
{{ config(severity='warn') }}
select
    check_name,
    attribute,
    protected_group,
    message
from {{ ref('fairness_audits') }}
where status = 'warn' and is_gate
