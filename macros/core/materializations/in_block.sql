{#- SQL condition that limits rows to a block. The materialization `blocks` replaces it by the bounds of the block. If Python
    reads a view in blocks, it sets the bounds as variables of its connection. Without bounds all rows are kept. -#}
{% macro in_block(column) %}
{%- set first, last = ["coalesce(getvariable('first_in_block'), 0)", "coalesce(getvariable('last_in_block'), 2147483647)"] -%}
{{ return(column ~ ' between ' ~ first ~ ' and ' ~ last) }}
{%- endmacro %}
