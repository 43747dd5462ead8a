-- Catches an hour without a daypart, whose interactions would be missing from every context, and an hour with two dayparts, whose
-- interactions would count twice.
select
    clock.active_hour,
    count(dayparts.daypart) as daypart_count
from ({{ literal_rows('active_hour', range(24)) }}) as clock
left join {{ ref('dayparts') }} as dayparts
    on
        case
            when dayparts.starts_at_hour < dayparts.ends_at_hour
                then clock.active_hour >= dayparts.starts_at_hour and clock.active_hour < dayparts.ends_at_hour
            else clock.active_hour >= dayparts.starts_at_hour or clock.active_hour < dayparts.ends_at_hour
        end
group by clock.active_hour
having count(dayparts.daypart) <> 1
