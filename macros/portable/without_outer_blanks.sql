{#- A text without leading and trailing whitespace of every kind that Unicode has: tabs, line ends, no-break and zero-width
    spaces, the byte order mark and direction marks. trim() of DuckDB keeps tabs and line ends; that of Spark keeps everything
    except plain spaces. -#}
{% macro without_outer_blanks(text) %}
    {%- set blanks = [9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 133, 160, 5760, 6158] + range(8192, 8208) | list
        + [8232, 8233, 8239, 8287, 8288, 12288, 65279] -%}
    {{ return(adapter.dispatch('without_outer_blanks')(text, blanks)) }}
{% endmacro %}

{% macro duckdb__without_outer_blanks(text, blanks) %}trim({{ text }}, chr({{ blanks | join(') || chr(') }})){% endmacro %}

{% macro spark__without_outer_blanks(text, blanks) -%}
    {%- set characters = [] -%}
    {%- for code in blanks -%}{%- do characters.append('%c' | format(code)) -%}{%- endfor -%}
    trim(both '{{ characters | join }}' from {{ text }})
{%- endmacro %}
