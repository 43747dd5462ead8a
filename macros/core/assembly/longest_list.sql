{#- Length of the lists at test cutoffs, in products: list_length, or evaluation_k where groups are compared over more. What lies deeper
    is never shown, and would end wherever the pool does. -#}
{% macro longest_list() %}
    {%- if not execute -%}{{ return(1) }}{%- endif -%}   {#- while dbt parses, the vars are not checked yet -#}
    {{ return(([var('list_length')] + ([var('evaluation_k')] if capability_is_on('evaluation') else [])) | max) }}
{% endmacro %}
