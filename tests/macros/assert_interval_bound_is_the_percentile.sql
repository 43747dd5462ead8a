-- Catches an interval of another level or with its sides swapped: over as many whole numbers from 0 on as there are replicates,
-- the bounds of a two-sided level lie at the last number times (1 - level) / 2 and (1 + level) / 2.
{%- set last = var('bootstrap_replicates') - 1 %}
with samples as (
    select {{ array_of(range(last + 1) | map('string') | list) }} as amounts
),

expected (side, bound) as (
    values
    ('low', {{ last / 2 * (1 - var('confidence_level')) }}),
    ('high', {{ last / 2 * (1 + var('confidence_level')) }})
),

actual as (
    select
        'low' as side,
        {{ interval_bound('amounts', 'low') }} as bound
    from samples
    union all
    select
        'high' as side,
        {{ interval_bound('amounts', 'high') }} as bound
    from samples
)

select
    expected.side,
    expected.bound as expected_value,
    actual.bound as actual_value
from expected
left join actual on expected.side = actual.side
where not coalesce(abs(actual.bound - expected.bound) < 0.0001, false)
