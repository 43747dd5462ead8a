{#- SQL condition that limits rows to a block. The materialization `blocks` replaces it by the bounds of the block. If Python
    reads a view in blocks, it sets the bounds as variables of its connection. Without bounds all rows are kept. -#}
{% macro in_block(column) %}{{ return(bounds_of_block(column)) }}{% endmacro %}
