-- Catches a plain sum of doubles, in which ten tenths aren't one, terms that are rounded to too few places, and NULLs that count.
-- Nothing but NULLs has no sum.
with samples (case_name, amount) as (
    {%- for _ in range(10) %}
    select
        'ten tenths' as case_name,
        cast(0.1 as double) as amount
    union all
    {%- endfor %}
    select
        'fifteen places' as case_name,
        cast(0.000000000000001 as double) as amount
    union all
    select
        'fifteen places' as case_name,
        cast(999 as double) as amount
    union all
    select
        'negative' as case_name,
        cast(0.5 as double) as amount
    union all
    select
        'negative' as case_name,
        cast(-0.75 as double) as amount
    union all
    select
        'with a null' as case_name,
        cast(0.5 as double) as amount
    union all
    select
        'with a null' as case_name,
        cast(null as double) as amount
    union all
    select
        'only a null' as case_name,
        cast(null as double) as amount
),

expected (case_name, total) as (
    values
    ('ten tenths', cast(1 as double)),
    ('fifteen places', cast(999.000000000000001 as double)),
    ('negative', cast(-0.25 as double)),
    ('with a null', cast(0.5 as double)),
    ('only a null', cast(null as double))
),

actual as (
    select
        case_name,
        {{ stable_small_sum('amount') }} as total
    from samples
    group by case_name
)

select
    expected.case_name,
    expected.total as expected_value,
    actual.total as actual_value
from expected
left join actual on expected.case_name = actual.case_name
where actual.case_name is null or actual.total is distinct from expected.total
