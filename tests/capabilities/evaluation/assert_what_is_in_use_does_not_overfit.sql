-- Catches a source or ranker that is built beyond the point from which on it learns noise: its gap has grown while it fell
-- on what was held out. It only warns: the curves are of samples, and lists may still be the best there are. Later steps of
-- a curve may overfit; that they do is why the build stops before them.
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
