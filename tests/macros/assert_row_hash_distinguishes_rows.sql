-- Catches rows with the same hash that differ in one column, in the order of columns or in NULLs, and equal rows with different
-- hashes.
with examples as (
    select
        'a' as first_text,
        'b' as second_text,
        true as is_equal
    union all
    select
        'a' as first_text,
        'c' as second_text,
        false as is_equal
    union all
    select
        'b' as first_text,
        'a' as second_text,
        false as is_equal
    union all
    select
        'ab' as first_text,
        '' as second_text,
        false as is_equal
    union all
    select
        'a' as first_text,
        null as second_text,
        false as is_equal
)

select *
from examples
where is_equal <> ({{ row_hash(['first_text', 'second_text']) }} = {{ row_hash(["'a'", "'b'"]) }})
