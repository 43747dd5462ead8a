{#- A text as a UTC timestamp, parsed with a format in the syntax of the engine (strptime: %d/%m/%y %H:%M), including offsets
    (%z); NULL if the text has another format. -#}
{% macro parse_time(text, format) %}{{ return(adapter.dispatch('parse_time')(text, format)) }}{% endmacro %}

{% macro duckdb__parse_time(text, format) %}cast(try_strptime(trim({{ text }}), {{ sql_text(format) }}) as timestamp){% endmacro %}

{% macro spark__parse_time(text, format) %}try_to_timestamp(trim({{ text }}), {{ sql_text(format) }}){% endmacro %}
