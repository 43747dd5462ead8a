{#- The condition that cuts a block: in a model of the materialization `blocks`, which puts the block's bounds in its place, and in a view
    that Python reads in blocks, which gives the bounds as variables of its connection. Elsewhere it keeps everything. -#}
{% macro in_block(column) %}
{%- set first, last = ["coalesce(getvariable('first_in_block'), 0)", "coalesce(getvariable('last_in_block'), 2147483647)"] -%}
{{ return(column ~ ' between ' ~ first ~ ' and ' ~ last) }}
{%- endmacro %}
