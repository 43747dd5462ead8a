{#- A text in ISO 8601 as a UTC timestamp. An offset in the text is applied, also after a space; a text without an offset is UTC.
    NULL if the text does not begin with a four-digit year and a hyphen (25/06/30 would be cast to the year 25). Also NULL outside
    the years 1 to 9999, such as infinity, because intervals cannot be added to such values and other tools cannot read them. -#}
{% macro parse_utc(text) %}{{ return(adapter.dispatch('parse_utc')(text)) }}{% endmacro %}

{% macro duckdb__parse_utc(text) %}
    {%- set parsed = "try_cast(replace(replace(" ~ text ~ ", ' +', '+'), ' -', '-') as timestamptz)" -%}
    case
        {#- most texts have no offset; this branch parses them in a third of the time #}
        when {{ text }} like '____-__-__ __:__:__' and {{ text }} >= '0001' then try_cast({{ text }} as timestamp)
        when
            {{ text }} like '____-%'
            and {{ parsed }} >= timestamptz '0001-01-01 00:00:00+00'
            and {{ parsed }} < timestamptz '10000-01-01 00:00:00+00'
            then cast({{ parsed }} as timestamp)
    end
{%- endmacro %}

{#- Spark would also read a year, a year and a month, and a name of a time zone, and knows a year 0. It reads an offset
    only after seconds. -#}
{% macro spark__parse_utc(text) %}
    {%- set joined = "replace(replace(" ~ text ~ ", ' +', '+'), ' -', '-')" -%}
    {%- set parsed = "try_cast(" ~ regexp_replace_all(joined, '([T ][0-9]{1,2}:[0-9]{2})([Z+-])', '$1:00$2') ~ " as timestamp)" -%}
    {%- set pattern = '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ][0-9].*)?' -%}
    case
        when
            {{ is_full_match(text, pattern) }}
            and {{ parsed }} >= timestamp '0001-01-01 00:00:00' and {{ parsed }} < timestamp '+10000-01-01 00:00:00'
            then {{ parsed }}
    end
{%- endmacro %}
