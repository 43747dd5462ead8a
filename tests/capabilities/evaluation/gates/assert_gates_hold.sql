-- Catches lists that should not be shown: significantly worse than a source or than last time, not for everybody, nearly all
-- new, or nearly the same for all. The column message says which gate, what was measured, its interval and the bound; a run
-- prints it too. By the var evaluation_gate_severity: `warn` lets a first run on odd data end well and still say what failed. To
-- let a wanted change pass, change the bound in the seed gates, or forget the last release: dbt build --full-refresh --select
-- release_lists release_metrics.
{{ config(severity='warn' if var('evaluation_gate_severity') == 'warn' else 'error') }}
select
    gate,
    compared_with,
    message
from {{ ref('gate_results') }}
where status = 'fail'
