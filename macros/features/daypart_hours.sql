{#- The daypart of every hour of the day by the seed dayparts, whose last part may run over midnight: a query (active_hour, daypart). -#}
{% macro daypart_hours() -%}
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
