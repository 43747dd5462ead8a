-- Catches a number of interactions in no band or in the neighbouring band, on both sides of every edge.
with expected (interaction_count, band) as (
    values
    (0, '0'),
    (1, '1-4'),
    (4, '1-4'),
    (5, '5-19'),
    (19, '5-19'),
    (20, '20+'),
    (1000000, '20+')
),

actual as (
    select
        interaction_count,
        band,
        {{ activity_band('interaction_count') }} as actual_band
    from expected
)

select
    interaction_count,
    band,
    actual_band
from actual
where actual_band is distinct from band
