-- Catches a tail of the wrong side or degrees, a series that ends too early (each parity and length has a row), a correction of
-- the normal quantile that is left out, and an approximation worse than it says. Values of scipy 1.16.
with t_cases (t, degrees, two_sided) as (
    values
    (cast(0.0 as double), cast(9.0 as double), cast(1.0 as double)),
    (2.0, 9.0, 0.076552824),
    (4.0, 9.0, 0.003110428),
    (1.5, 33.3, 0.143036754),
    (3.0, 400.0, 0.002868709)
),

t_normals as (
    select
        t,
        degrees,
        two_sided,
        {{ t_as_normal('t', 'degrees') }} as z
    from t_cases
),

quantile_cases (degrees, quantile, allowed) as (
    values
    (cast(9.0 as double), cast(2.262157163 as double), cast(0.0003 as double)),
    (20.0, 2.085963447, 0.00003),
    (400.0, 1.965912343, 0.000003)
),

chi_square_cases (x, degrees, tail, allowed) as (
    values
    (cast(0.0 as double), 1, cast(1.000000000 as double), cast(0.0000003 as double)),
    (10.828, 1, 0.000999766, 0.0000003),
    (3.0, 2, 0.223130160, 0.0000003),
    (7.0, 3, 0.071897772, 0.0000003),
    (16.0, 4, 0.003019164, 0.0000003),
    (5.0, 5, 0.415880187, 0.0000003),
    (20.0, 6, 0.002769396, 0.0000003),
    (30.0, 7, 0.000094960, 0.0000003),
    (3.0, 8, 0.934357546, 0.0000003),
    (12.0, 9, 0.213309305, 0.0000003),
    (30.0, 12, 0.002792429, 0.001),
    (33.0, 20, 0.033740745, 0.001)
)

select
    't' as subject,
    t as value,
    degrees,
    2.0 * {{ normal_upper_tail('z') }} as found
from t_normals
where not coalesce(abs(2.0 * {{ normal_upper_tail('z') }} - two_sided) < 0.0000003, false)
union all
select
    'quantile' as subject,
    quantile as value,
    degrees,
    {{ t_quantile(0.025, 'degrees') }} as found
from quantile_cases
where not coalesce(abs({{ t_quantile(0.025, 'degrees') }} - quantile) < allowed, false)
union all
select
    'chi_square' as subject,
    x as value,
    degrees,
    {{ chi_square_upper_tail('x', 'degrees') }} as found
from chi_square_cases
where not coalesce(abs({{ chi_square_upper_tail('x', 'degrees') }} - tail) < allowed, false)
