{#- A text as UTC timestamp: an offset in the text is honoured, without one it is taken for UTC; NULL when unreadable or infinite. -#}
{% macro parse_utc(text) %}{{ return(adapter.dispatch('parse_utc')(text)) }}{% endmacro %}

{% macro duckdb__parse_utc(text) %}
    {%- set parsed = "try_cast(" ~ text ~ " as timestamptz)" -%}
    case when isfinite({{ parsed }}) then cast({{ parsed }} as timestamp) end
{%- endmacro %}

{% macro spark__parse_utc(text) %}try_cast({{ text }} as timestamp){% endmacro %}
