{#- A text as UTC timestamp: an offset in the text is honoured, without one it is taken for UTC; NULL when unreadable or
    outside the years 1 to 9999, as infinity is: beyond them neither intervals can be added nor other tools read the value. -#}
{% macro parse_utc(text) %}{{ return(adapter.dispatch('parse_utc')(text)) }}{% endmacro %}

{% macro duckdb__parse_utc(text) %}
    {%- set parsed = "try_cast(" ~ text ~ " as timestamptz)" -%}
    case
        {#- most texts have no offset, and are read in a third of the time #}
        when {{ text }} like '____-__-__ __:__:__' and {{ text }} >= '0001' then try_cast({{ text }} as timestamp)
        when {{ parsed }} >= timestamptz '0001-01-01 00:00:00+00' and {{ parsed }} < timestamptz '10000-01-01 00:00:00+00'
            then cast({{ parsed }} as timestamp)
    end
{%- endmacro %}

{% macro spark__parse_utc(text) %}try_cast({{ text }} as timestamp){% endmacro %}
