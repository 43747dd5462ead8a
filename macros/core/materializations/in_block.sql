{#- The condition that cuts a block in a model of the materialization `blocks`; as it stands it keeps everything. -#}
{% macro in_block(column) %}{{ return(column ~ ' between 0 and 2147483647') }}{% endmacro %}
