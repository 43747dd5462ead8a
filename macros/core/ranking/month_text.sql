{#- Month of a date in words for customers, with the year if it differs from that of the time `now`. -#}
{% macro month_text(date, now) %}
    {%- set names = ["'January'", "'February'", "'March'", "'April'", "'May'", "'June'", "'July'", "'August'", "'September'", "'October'",
        "'November'", "'December'"] -%}
    {{ array_element(array_of(names), 'cast(extract(month from ' ~ date ~ ') as int)') }}
    || case
        when extract(year from {{ date }}) = extract(year from {{ now }}) then ''
        else ' ' || cast(extract(year from {{ date }}) as string)
    end
{%- endmacro %}
