{#- A text in ISO 8601 as UTC timestamp: an offset in the text is honoured, also after a blank, without one it is taken for UTC. NULL where
    the text does not begin with a year of four digits and a hyphen (25/06/30 casts to the year 25), and outside the years 1 to 9999, as
    infinity is: beyond them neither intervals can be added nor other tools read the value. -#}
{% macro parse_utc(text) %}{{ return(adapter.dispatch('parse_utc')(text)) }}{% endmacro %}

{% macro duckdb__parse_utc(text) %}
    {%- set parsed = "try_cast(replace(replace(" ~ text ~ ", ' +', '+'), ' -', '-') as timestamptz)" -%}
    case
        {#- most texts have no offset, and are read in a third of the time #}
        when {{ text }} like '____-__-__ __:__:__' and {{ text }} >= '0001' then try_cast({{ text }} as timestamp)
        when
            {{ text }} like '____-%'
            and {{ parsed }} >= timestamptz '0001-01-01 00:00:00+00'
            and {{ parsed }} < timestamptz '10000-01-01 00:00:00+00'
            then cast({{ parsed }} as timestamp)
    end
{%- endmacro %}

{% macro spark__parse_utc(text) %}
    case
        when {{ text }} like '____-%' then try_cast(replace(replace({{ text }}, ' +', '+'), ' -', '-') as timestamp)
    end
{%- endmacro %}
