-- Catches served lists or training data that are worse for a group than its bound allows, beyond chance. The column message gives
-- check, group, value, interval and bound; a run prints it too. The var evaluation_gate_severity sets the severity, as for the
-- other gates: with `warn`, a first run on unusual data completes. To accept a difference, change its bound or severity in the
-- seed fairness_checks.
{{ config(severity='warn' if var('evaluation_gate_severity') == 'warn' else 'error') }}
select
    check_name,
    attribute,
    protected_group,
    message
from {{ ref('fairness_audits') }}
where status = 'fail' and is_gate
