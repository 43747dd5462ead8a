{#- The condition that a value lies within the range that column_types gives its column; true where it gives none. -#}
{% macro plausible_range(column, value) -%}
    {%- set type = column_types()[column] -%}
    {{ value ~ ' between ' ~ type.lowest ~ ' and ' ~ type.highest if type.lowest else 'true' }}
{%- endmacro %}
