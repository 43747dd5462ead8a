{#- Text of a file. -#}
{% macro file_text(path) %}{{ return(adapter.dispatch('file_text')(path)) }}{% endmacro %}

{% macro duckdb__file_text(path) %}
    {{ return(run_query('select content from read_text(' ~ sql_text(path) ~ ')').rows[0][0]) }}
{% endmacro %}

{% macro spark__file_text(path) %}{{ return(adapter.text_of_file(path)) }}{% endmacro %}
