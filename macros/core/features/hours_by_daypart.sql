{#- A query of the hours of the day, 0 to 23, with the daypart of each. -#}
{% macro hours_by_daypart() -%}
    select
        clock.active_hour,
        dayparts.daypart
    from ({{ literal_rows('active_hour', range(24)) }}) as clock
    inner join {{ ref('dayparts') }} as dayparts
        on
            case
                when dayparts.starts_at_hour < dayparts.ends_at_hour
                    then clock.active_hour >= dayparts.starts_at_hour and clock.active_hour < dayparts.ends_at_hour
                else clock.active_hour >= dayparts.starts_at_hour or clock.active_hour < dayparts.ends_at_hour
            end
{%- endmacro %}
