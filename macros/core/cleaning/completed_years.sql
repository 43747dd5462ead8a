{#- Completed years from one date or timestamp to another. The count rises by one on each anniversary. The anniversary of 29
    February is 1 March in years without a 29th. The result is negative if the second date precedes the first. Rejected
    alternative: seconds divided by the length of a mean year, which is wrong by a day around three birthdays out of four. -#}
{% macro completed_years(start, finish) -%}
    extract(year from {{ finish }}) - extract(year from {{ start }}) - case
        when
            extract(month from {{ finish }}) * 100 + extract(day from {{ finish }})
            < extract(month from {{ start }}) * 100 + extract(day from {{ start }})
            then 1
        else 0
    end
{%- endmacro %}
