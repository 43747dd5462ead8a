-- Catches bounds that leave 0 to 1 or are turned round, a share of nothing or all without width, and degrees of freedom that are
-- those of equal variances. Wilson at 0.95 by scipy 1.16 (binomtest, 3 of 10, 0 of 20, 20 of 20); degrees by hand:
-- (0.04 + 0.05)² / (0.04² / 99 + 0.05² / 9).
with shares (share, sample, low, high) as (
    values
    (cast(0.3 as double), 10, cast(0.107791267 as double), cast(0.603221853 as double)),
    (0.0, 20, 0.000000000, 0.161125158),
    (1.0, 20, 0.838874842, 1.000000000)
),

bounds as (
    select
        share,
        sample,
        low,
        high,
        {{ wilson_bound('share', 'sample', 'low') }} as found_low,
        {{ wilson_bound('share', 'sample', 'high') }} as found_high
    from shares
),

errors (error_1, count_1, error_2, count_2, degrees) as (
    values
    (cast(0.04 as double), 100, cast(0.05 as double), 10, cast(27.556701 as double)),
    (0.0, 100, 0.05, 10, 9.0),
    (0.0, 100, 0.0, 10, null)
),

found_degrees as (
    select
        error_1,
        degrees,
        {{ welch_degrees('error_1', 'count_1', 'error_2', 'count_2') }} as found
    from errors
)

select
    'wilson' as subject,
    share as value,
    found_low as found
from bounds
where not (abs(found_low - low) < 0.00001 and abs(found_high - high) < 0.00001)
union all
select
    'welch' as subject,
    error_1 as value,
    found
from found_degrees
where (degrees is null and found is not null) or abs(found - degrees) > 0.000001 or (degrees is not null and found is null)
