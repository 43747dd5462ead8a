-- Catches labels that leak: the horizon of a cutoff must end before the next cutoff begins, or tuning sees the test period.
with neighbours as (
    select
        cutoff_id,
        horizon_ends_at,
        lead(cutoff_at) over (order by cutoff_at nulls last) as next_cutoff_at
    from {{ ref('cutoffs') }}
)

select
    cutoff_id,
    horizon_ends_at,
    next_cutoff_at
from neighbours
where horizon_ends_at > next_cutoff_at
