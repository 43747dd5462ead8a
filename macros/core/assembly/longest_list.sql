{#- Length of the lists at test cutoffs, in products: list_length, or evaluation_k if groups are compared over a longer list.
    Deeper positions are never shown, and would end wherever the pool ends. -#}
{% macro longest_list() %}
    {%- if not execute -%}{{ return(1) }}{%- endif -%}   {#- vars are not yet checked at parse time -#}
    {{ return(([var('list_length')] + ([var('evaluation_k')] if capability_is_on('evaluation') else [])) | max) }}
{% endmacro %}
