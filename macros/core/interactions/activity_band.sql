{#- The activity band of a number of interactions. -#}
{% macro activity_band(interaction_count) -%}
    case
        when {{ interaction_count }} < 1 then '0'
        when {{ interaction_count }} < 5 then '1-4'
        when {{ interaction_count }} < 20 then '5-19'
        else '20+'
    end
{%- endmacro %}
