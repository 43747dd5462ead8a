{#- Length of the lists at test cutoffs, in products: list_length, or more where the capability evaluation measures deeper. -#}
{% macro longest_list() %}
    {%- if not execute -%}{{ return(1) }}{%- endif -%}   {#- while dbt parses, the vars are not checked yet -#}
    {{ return(([var('list_length')] + (var('evaluation_ks') if capability_is_on('evaluation') else [])) | max) }}
{% endmacro %}
