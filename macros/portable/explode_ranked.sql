{#- Elements of arrays of equal length as rows, with their position from 1: expressions for a select list. `arrays` maps each new
    column to the array it is filled from. -#}
{% macro explode_ranked(arrays, rank) %}{{ return(adapter.dispatch('explode_ranked')(arrays, rank)) }}{% endmacro %}

{% macro duckdb__explode_ranked(arrays, rank) -%}
    {%- for name, array in arrays.items() %}
    unnest({{ array }}) as {{ name }},
    {%- endfor %}
    generate_subscripts({{ arrays.values() | first }}, 1) as {{ rank }}
{%- endmacro %}

{% macro spark__explode_ranked(arrays, rank) -%}
    {%- set size = 'size(' ~ arrays.values() | first ~ ')' %}
    inline(
        arrays_zip({{ arrays.values() | join(', ') }}, if({{ size }} > 0, sequence(1, {{ size }}), cast(array() as array<int>)))
    ) as ({{ arrays | join(', ') }}, {{ rank }})
{%- endmacro %}
