{#- A text as a UTC timestamp, parsed with a format of strptime (%d/%m/%y %H:%M), including offsets (%z); NULL if the text has another format. -#}
{% macro parse_time(text, format) %}{{ return(adapter.dispatch('parse_time')(text, format)) }}{% endmacro %}

{% macro duckdb__parse_time(text, format) %}cast(try_strptime(trim({{ text }}), {{ sql_text(format) }}) as timestamp){% endmacro %}

{#- Codes that follow each other without a separator need a fixed width; other codes accept one digit or two. -#}
{% macro spark__parse_time(text, format) -%}
    {%- set codes = {'%Y': 'yyyy', '%y': 'yy', '%m': 'M', '%d': 'd', '%H': 'H', '%I': 'h', '%M': 'm', '%S': 's', '%f': 'SSSSSS',
        '%p': 'a', '%z': '[XXX][XX][X]', '%b': 'MMM', '%B': 'MMMM'} -%}
    {%- set pattern = namespace(text=format | replace('%Y%m%d', 'yyyyMMdd')) -%}
    {%- for code, letters in codes.items() -%}{%- set pattern.text = pattern.text | replace(code, letters) -%}{%- endfor -%}
    try_to_timestamp(trim({{ text }}), {{ sql_text(pattern.text) }})
{%- endmacro %}
