-- Catches a month that is off by one, a missing year if it differs from the current one, and a year if it does not differ.
select
    date_value,
    found,
    expected
from (
    select
        date_value,
        expected,
        {{ month_text('date_value', "cast('2024-06-30 10:00:00' as timestamp)") }} as found
    from (
        select
            cast('2024-05-31' as date) as date_value,
            'May' as expected
        union all
        select
            cast('2023-12-01' as date) as date_value,
            'December 2023' as expected
        union all
        select
            cast('2024-01-01' as date) as date_value,
            'January' as expected
        union all
        select
            cast(null as date) as date_value,
            cast(null as string) as expected
    ) as dates
) as texts
where found is distinct from expected
