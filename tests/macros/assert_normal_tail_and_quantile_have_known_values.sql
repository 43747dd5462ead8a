-- Catches a tail on the wrong side, one that isn't mirrored for negative numbers, and a quantile that isn't its inverse.
-- Values of the standard normal distribution.
with cases as (
    select
        0.0 as z,
        0.5 as tail
    union all
    select
        1.959964 as z,
        0.025 as tail
    union all
    select
        -1.959964 as z,
        0.975 as tail
    union all
    select
        3.0 as z,
        0.0013499 as tail
    union all
    select
        -9.0 as z,
        1.0 as tail
    union all
    select
        {{ normal_quantile(0.1) }} as z,
        0.1 as tail
    union all
    select
        {{ normal_quantile(0.025) }} as z,
        0.025 as tail
)

select
    z,
    tail,
    {{ normal_upper_tail('z') }} as found
from cases
where abs({{ normal_upper_tail('z') }} - tail) > 0.000001
