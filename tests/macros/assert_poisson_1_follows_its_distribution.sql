-- Catches a bootstrap whose weights don't have mean 1: draws on both sides of every threshold of the Poisson(1) cumulative
-- distribution, which are written here to nine digits, and both ends of [0, 1).
with expected (draw, weight) as (
    values
    (cast(0.0 as double), 0),
    {%- set thresholds = [
        0.367879441, 0.735758882, 0.919698603, 0.981011843, 0.996340153, 0.999405815, 0.999916759, 0.999989751
    ] %}
    {%- for threshold in thresholds %}
    (cast({{ threshold - 0.00000001 }} as double), {{ loop.index0 }}),
    (cast({{ threshold + 0.00000001 }} as double), {{ loop.index }}),
    {%- endfor %}
    (cast(0.99999999 as double), 8)
),

actual as (
    select
        draw,
        {{ poisson_1('draw') }} as weight
    from expected
)

select
    expected.draw,
    expected.weight as expected_value,
    actual.weight as actual_value
from expected
left join actual on expected.draw = actual.draw
where actual.weight is distinct from expected.weight
