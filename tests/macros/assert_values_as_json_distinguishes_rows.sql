-- Catches two different rows that are treated as duplicates: a separator within a value, a NULL and the text that represents it,
-- an empty text.
with rows_apart (first_value, second_value) as (
    values
    ('a|b', 'c'),
    ('a', 'b|c'),
    ('a","b', 'c'),
    ('a', 'b","c'),
    ('null', 'c'),
    (cast(null as string), 'c'),
    ('', 'c'),
    ('<null>', 'c')
),

texts as (
    select {{ values_as_json(['first_value', 'second_value']) }} as row_text
    from rows_apart
)

select
    row_text,
    count(*) as row_count
from texts
group by row_text
having count(*) > 1 or row_text is null
