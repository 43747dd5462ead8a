-- Catches a fraction, such as a share, that a cast rounds to a list position, and a whole number that is lost because it was
-- written as a float.
with expected (position, place) as (
    values
    ('3', 3),
    ('3.0', 3),
    ('1e2', 100),
    ('-1', -1),
    ('1.5', null),
    ('0.0886', null),
    ('0.999999999', null),
    ('99999999999999999999', null),
    ('first', null),
    ('', null),
    (cast(null as string), null)
),

actual as (
    select
        position,
        place,
        {{ typed_value('impressions', 'position') }} as read_place
    from expected
)

select
    position,
    place,
    read_place
from actual
where read_place is distinct from place
