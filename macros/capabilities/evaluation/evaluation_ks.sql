{#- List lengths at which lists are evaluated. During parsing, a single value replaces them, because check_vars has not validated
    the var yet. -#}
{% macro evaluation_ks() %}{{ return(var('evaluation_ks') if execute else [10]) }}{% endmacro %}
