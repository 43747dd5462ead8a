-- Catches a small count that is published, a count that follows from the sums of its row and column, and a large count that is
-- suppressed without need. The limit is 5. In row `a`, the 2 requires the suppression of the next smallest count, 6. Each of them
-- would then be the only suppressed count of its column, so the 8 and the 7 of `b` are suppressed too. `c` has a single count
-- that is not below the limit. A zero reveals no customer.
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
