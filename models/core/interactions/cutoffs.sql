-- Grain: cutoff. Every feature, candidate, score and list is keyed by a cutoff and uses only data from before cutoff_at. The time
-- of a label is in [cutoff_at, horizon_ends_at). `live` is one second after as_of, so that the newest event is history. `test` is
-- one horizon earlier. Further test cutoffs (var backtest_cutoffs: `test_2`, …) precede it. The tuning cutoffs (`tune_1`, …)
-- precede all test cutoffs, so that nothing tuned has seen test data. A refresh has only `live`; cutoff_moments keeps the others.
with live as (
    select as_of + interval '1' second as cutoff_at
    from {{ ref('as_of') }}
    where as_of is not null
),

steps as ({{ literal_rows('horizons_back', range(0, 1 if run_scope() == 'refresh' else past_cutoff_count() + 1)) }}),

planned as (
    select
        horizons_back,
        case
            when horizons_back = 0 then 'live'
            when horizons_back <= {{ var('backtest_cutoffs') | int + 1 }} then 'test'
            else 'tune'
        end as purpose
    from steps
)

select
    case
        when planned.purpose = 'tune'
            then 'tune_' || cast(planned.horizons_back - {{ var('backtest_cutoffs') | int + 1 }} as string)
        when planned.horizons_back > 1 then 'test_' || cast(planned.horizons_back as string)
        else planned.purpose
    end as cutoff_id,
    planned.purpose,
    live.cutoff_at - planned.horizons_back * interval '{{ var("horizon_days") }}' day as cutoff_at,
    live.cutoff_at - (planned.horizons_back - 1) * interval '{{ var("horizon_days") }}' day as horizon_ends_at
from planned
cross join live
