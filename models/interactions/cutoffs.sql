-- Grain: cutoff. Every feature, candidate, score and list is keyed by one of these and sees only what happened before cutoff_at;
-- labels lie in [cutoff_at, horizon_ends_at). `live` cuts one second behind as_of, so that the newest event is history too; `test`
-- one horizon earlier, the `tune` cutoffs one horizon earlier each. A back-test is more rows in this table.
with live as (
    select as_of + interval '1' second as cutoff_at
    from {{ ref('as_of') }}
    where as_of is not null
),

planned as (
    select 'live' as cutoff_id, 'live' as purpose, 0 as horizons_back
    union all
    select 'test' as cutoff_id, 'test' as purpose, 1 as horizons_back
    {%- for tune in range(1, var('tune_cutoffs') + 1) %}
    union all
    select 'tune_{{ tune }}' as cutoff_id, 'tune' as purpose, {{ tune + 1 }} as horizons_back
    {%- endfor %}
)

select
    planned.cutoff_id,
    planned.purpose,
    live.cutoff_at - planned.horizons_back * interval '{{ var("horizon_days") }}' day as cutoff_at,
    live.cutoff_at - (planned.horizons_back - 1) * interval '{{ var("horizon_days") }}' day as horizon_ends_at
from planned
cross join live
