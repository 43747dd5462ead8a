-- Catches an index other than 1 for a distribution equal to the population or without history, and an extreme index from one
-- purchase.
with expected (season_count, total, population_share, season_index) as (
    values
    (0, 0, 0.25, cast(1 as double)),
    (25, 100, 0.25, cast(1 as double)),
    (1, 1, 0.25, (1 + 5 * 0.25) / (1 + 5) / 0.25),
    (0, 4, 0.25, cast(5 as double) / (4 + 5))
),

actual as (
    select
        season_count,
        total,
        season_index,
        {{ season_index('season_count', 'total', 'population_share') }} as found
    from expected
)

select
    season_count,
    total,
    season_index,
    found
from actual
where not coalesce(abs(season_index - found) < 1e-12, false)
