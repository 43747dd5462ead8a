-- Catches an array that loses values or their order: three expressions, in the given order and in ascending order.
with arrays as (
    select {{ array_of(['2.5', '-1.0', '0.0']) }} as amounts
),

sorted as (
    select
        amounts,
        {{ sorted_array('amounts') }} as sorted_amounts
    from arrays
)

select amounts
from sorted
where
    not coalesce(
        {{ array_element('amounts', 1) }} = 2.5
        and {{ array_element('amounts', 3) }} = 0
        and {{ array_element('sorted_amounts', 1) }} = -1
        and {{ array_element('sorted_amounts', 2) }} = 0
        and {{ array_element('sorted_amounts', 3) }} = 2.5,
        false
    )
