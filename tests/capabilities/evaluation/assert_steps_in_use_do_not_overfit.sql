-- Catches a source or ranker that is trained past the point of overfitting: its gap has grown while its held-out nDCG fell. It
-- only warns, because the curves come from samples and the lists may still be the best available. Later steps of a curve may
-- overfit; the build stops before them for that reason.
{{ config(severity='warn') }}
select
    source,
    scope,
    step,
    step_unit,
    best_step_before,
    held_out_change,
    gap_growth
from {{ ref('overfit_monitor') }}
where is_in_use and is_warning
