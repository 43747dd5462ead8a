{#- Name of the group a row of protected_groups puts a value into: the value itself where the row is `*`. -#}
{% macro named_group(groups, fields) -%}
    case when {{ groups }}.protected_group = '*' then {{ fields }}.text_value else {{ groups }}.protected_group end
{%- endmacro %}
