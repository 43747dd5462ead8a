{#- Condition that a row of ranking_methods has the method of a list: the one that the settings of the list name, else the chosen
    one of the mode. Reads `wanted` of join_list_methods. -#}
{% macro is_list_method(methods) -%}
    {%- if seam_is_on('list_settings') -%}
    case when wanted.method is null then {{ methods }}.is_chosen else {{ methods }}.method = wanted.method end
    {%- else -%}
    {{ methods }}.is_chosen
    {%- endif %}
{%- endmacro %}
