-- Catches groups that a person should review: a value beyond a bound of severity warn, or part of its interval beyond any bound.
-- It only warns, because intervals are wide with few customers.
{{ config(severity='warn') }}
select
    check_name,
    attribute,
    protected_group,
    message
from {{ ref('fairness_audits') }}
where status = 'warn' and is_gate
