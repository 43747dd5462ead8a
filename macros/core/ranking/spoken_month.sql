{#- The month of a date as a customer reads it, by month_names, with the year where it isn't that of the moment `now`. -#}
{% macro spoken_month(date, now) %}
    {%- set names = [] -%}
    {%- for name in var('month_names') -%}{%- do names.append("'" ~ name | replace("'", "''") ~ "'") -%}{%- endfor -%}
    {{ array_element(array_of(names), 'cast(extract(month from ' ~ date ~ ') as int)') }}
    || case
        when extract(year from {{ date }}) = extract(year from {{ now }}) then ''
        else ' ' || cast(extract(year from {{ date }}) as string)
    end
{%- endmacro %}
