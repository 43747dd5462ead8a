{#- Value of a var for a list: that of the relation `settings`, which join_list_settings joins, else that of the project. While the
    seam list_settings is off, the value of the project as a literal. -#}
{% macro list_setting(name) -%}
    {%- set own = sql_text(var(name)) if var(name) is string else var(name) -%}
    {{ 'coalesce(settings.' ~ name ~ ', ' ~ own ~ ')' if seam_is_on('list_settings') else own }}
{%- endmacro %}
