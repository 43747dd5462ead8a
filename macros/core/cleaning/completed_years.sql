{#- Completed years from one date or timestamp to another: one more on each anniversary, neither a day before nor after it. Of 29
    February the anniversary is 1 March where the year has no 29th. Below zero where the second lies before the first. Alternative:
    seconds by the length of a mean year; it is wrong by a day around three birthdays of four. -#}
{% macro completed_years(start, finish) -%}
    extract(year from {{ finish }}) - extract(year from {{ start }}) - case
        when
            extract(month from {{ finish }}) * 100 + extract(day from {{ finish }})
            < extract(month from {{ start }}) * 100 + extract(day from {{ start }})
            then 1
        else 0
    end
{%- endmacro %}
