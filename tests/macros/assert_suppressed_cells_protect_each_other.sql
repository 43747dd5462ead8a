-- Catches a small count that is published, one that follows from the sums of its row and column, and a large one that is
-- kept back without need. Limit 5. In row `a` the 2 takes the next smallest, 6, along. Each of them stands alone in its
-- column then, which costs the 8 and the 7 of `b`. `c` is alone and not below the limit, a zero is nobody.
with cells (place, thing, cell_count, expected) as (
    values
    ('a', 'x', 2, true),
    ('a', 'y', 6, true),
    ('a', 'z', 9, false),
    ('b', 'x', 8, true),
    ('b', 'y', 7, true),
    ('b', 'z', 9, false),
    ('c', 'w', 5, false),
    ('d', 'w', 0, false)
),

found as (
    {{ suppressed_cells('cells', 'cell_count', ['place', 'thing'], [['place'], ['thing']]) | indent(4) }}
)

select
    place,
    thing,
    expected,
    is_suppressed
from found
where is_suppressed <> expected
