-- Catches a scaled value that does not follow its parameters, NULL if the spread is 0, and a value for a NULL feature. With the
-- statistics of 2, 4, 6, 8, 10 (mean 6, sample deviation sqrt 10), also catches parameters of another scaling method.
with expected (feature_value, location, spread, scaled_value) as (
    values
    (cast(7 as double), cast(3 as double), cast(2 as double), cast(2 as double)),
    (1, 3, 2, -1),
    (7, 3, 0, 0),
    (7, 3, null, 0),
    (null, 3, 2, null)
),

statistics as (
    select
        cast(2 as double) as lowest,
        cast(4 as double) as lower_quartile,
        cast(6 as double) as middle,
        cast(8 as double) as upper_quartile,
        cast(10 as double) as highest,
        cast(6 as double) as mean,
        sqrt(10) as deviation
),

fitted as (
    {%- for method, scaled_ten in [('min_max', '1'), ('z_score', '4 / sqrt(10)'), ('robust', '1.349')] %}
    select
        '{{ method }}' as scaling,
        {{ scaled('10', scaling_parameter(method, 'location'), scaling_parameter(method, 'scale')) }} as found,
        {{ scaled_ten }} as expected
    from statistics
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select cast(feature_value as string) as offence
from expected
where {{ scaled('feature_value', 'location', 'spread') }} is distinct from scaled_value
union all
select scaling as offence
from fitted
where abs(found - expected) > 1e-12
