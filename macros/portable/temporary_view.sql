{#- Creates a temporary view of files and returns its name. -#}
{% macro temporary_view(format, options, columns=[]) %}
    {%- set stated = [] -%}
    {%- for name, value in options.items() -%}{%- do stated.append(name ~ ' ' ~ sql_text(value)) -%}{%- endfor -%}
    {%- set definition = ('(' ~ columns | join(', ') ~ ') ' if columns) ~ 'using ' ~ format ~ ' options (' ~ stated | join(', ') ~ ')' -%}
    {%- set name = 'files_' ~ local_md5(definition) -%}
    {%- do run_query('create or replace temporary view ' ~ name ~ ' ' ~ definition) -%}
    {{ return(name) }}
{% endmacro %}
