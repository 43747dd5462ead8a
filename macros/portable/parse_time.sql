{#- A text as UTC timestamp by a format in the letters of the engine (strptime: %d/%m/%y %H:%M), offsets (%z) honoured; NULL where it is
    written otherwise. -#}
{% macro parse_time(text, format) %}{{ return(adapter.dispatch('parse_time')(text, format)) }}{% endmacro %}

{% macro duckdb__parse_time(text, format) %}cast(try_strptime(trim({{ text }}), {{ sql_text(format) }}) as timestamp){% endmacro %}

{% macro spark__parse_time(text, format) %}try_to_timestamp(trim({{ text }}), {{ sql_text(format) }}){% endmacro %}
