-- Catches timestamps that shift by the time zone of the session or the text. Also catches an unreadable or infinite text that
-- becomes a timestamp: "infinity" would be the newest event of all and therefore as_of. 24/03/01 casts to a day in the first
-- century.
with expected (case_name, raw_text, parsed) as (
    values
    ('without offset', '2024-03-01 12:00:00', cast('2024-03-01 12:00:00' as timestamp)),
    ('east of UTC', '2024-03-01T12:00:00+02:00', cast('2024-03-01 10:00:00' as timestamp)),
    ('west of UTC, over midnight', '2024-02-29 23:30:00-01:00', cast('2024-03-01 00:30:00' as timestamp)),
    ('offset in a text as long as one without', '2024-03-01 12:00+02', cast('2024-03-01 10:00:00' as timestamp)),
    ('offset after a blank', '2024-03-01 12:00:00 +0200', cast('2024-03-01 10:00:00' as timestamp)),
    ('offset west after a blank', '2024-03-01 12:00:00 -05:00', cast('2024-03-01 17:00:00' as timestamp)),
    ('year of two digits', '24/03/01', cast(null as timestamp)),
    ('day first', '01/03/24 12:00', cast(null as timestamp)),
    ('slashes', '2024/03/01', cast(null as timestamp)),
    ('zulu', '2024-03-01T12:00:00Z', cast('2024-03-01 12:00:00' as timestamp)),
    ('date', '2024-03-01', cast('2024-03-01 00:00:00' as timestamp)),
    ('fraction of a second', '2024-03-01 12:00:00.25', cast('2024-03-01 12:00:00.25' as timestamp)),
    ('infinity', 'infinity', cast(null as timestamp)),
    ('minus infinity', '-infinity', cast(null as timestamp)),
    ('first moment', '0001-01-01', cast('0001-01-01 00:00:00' as timestamp)),
    ('last second', '9999-12-31 23:59:59', cast('9999-12-31 23:59:59' as timestamp)),
    ('before the first year', '0044-03-15 (BC) 12:00:00', cast(null as timestamp)),
    ('year zero', '0000-03-15 12:00:00', cast(null as timestamp)),
    ('after the last year', '294247-01-10 04:00:54', cast(null as timestamp)),
    ('garbage', 'soon', cast(null as timestamp)),
    ('day that does not exist', '2023-02-29', cast(null as timestamp)),
    ('empty', '', cast(null as timestamp)),
    ('null', cast(null as string), cast(null as timestamp))
),

actual as (
    select
        case_name,
        {{ parse_utc('raw_text') }} as parsed
    from expected
)

select
    expected.case_name,
    expected.parsed as expected_value,
    actual.parsed as actual_value
from expected
left join actual on expected.case_name = actual.case_name
where actual.case_name is null or actual.parsed is distinct from expected.parsed
