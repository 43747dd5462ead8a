{#- Condition of in_block. On Spark it keeps all rows, because nothing is built in blocks there. -#}
{% macro bounds_of_block(column) %}{{ return(adapter.dispatch('bounds_of_block')(column)) }}{% endmacro %}

{% macro duckdb__bounds_of_block(column) %}
    {%- set first, last = ["coalesce(getvariable('first_in_block'), 0)", "coalesce(getvariable('last_in_block'), 2147483647)"] -%}
    {{ return(column ~ ' between ' ~ first ~ ' and ' ~ last) }}
{% endmacro %}

{% macro spark__bounds_of_block(column) %}{{ return(column ~ ' is not null') }}{% endmacro %}
