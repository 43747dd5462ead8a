{#- Name of the group that a row of protected_groups assigns to a value: the value itself if the row has `*`. -#}
{% macro named_group(groups, fields) -%}
    case when {{ groups }}.protected_group = '*' then {{ fields }}.text_value else {{ groups }}.protected_group end
{%- endmacro %}
