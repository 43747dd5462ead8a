-- Catches an array in another order than its ranks, and values of two arrays that are mismatched when they become rows again.
-- Also catches first elements with one missing or with one beyond the end, and a value that is not found.
with listed as (
    select * from ({{ literal_rows('product', ['c', 'a', 'b']) }}) as rows_of_products
),

arrays as (
    select
        {{ ranked_array('product', 'product') }} as rising,
        {{ ranked_array('product', "case product when 'c' then 1 when 'a' then 2 else 3 end") }} as ranked
    from listed
),

pairs as (
    select {{ explode_ranked({'rising': 'arrays.rising', 'ranked': first_elements('arrays.ranked', 5)}, 'place') }}
    from arrays
),

expected as (
    select
        1 as place,
        'a' as rising,
        'c' as ranked
    union all
    select
        2 as place,
        'b' as rising,
        'a' as ranked
    union all
    select
        3 as place,
        'c' as rising,
        'b' as ranked
),

wrong_pairs as (
    select expected.place
    from expected
    left join pairs
        on
            expected.place = pairs.place
            and expected.rising = pairs.rising
            and expected.ranked = pairs.ranked
    where pairs.place is null
)

select 'pairs' as failure
from wrong_pairs
union all
select 'elements' as failure
from arrays
where
    not coalesce(
        {{ array_contains(first_elements('ranked', 2), "'a'") }}
        and not {{ array_contains(first_elements('ranked', 2), "'b'") }}
        and (select count(*) from pairs) = 3,
        false
    )
