-- Catches lists that should not be shown: significantly worse than a source or than the last release, missing for some customers,
-- nearly all new, or nearly the same for all customers. The column message gives the gate, the value, its interval and the bound;
-- a run prints it too. The var evaluation_gate_severity sets the severity: with `warn`, a first run on unusual data completes and
-- still reports what failed. To accept an intended change, change the bound in the seed gates, or discard the last release: dbt
-- build --full-refresh --select release_lists release_metrics.
{{ config(severity='warn' if var('evaluation_gate_severity') == 'warn' else 'error') }}
select
    gate,
    compared_with,
    message
from {{ ref('gate_results') }}
where status = 'fail'
