{#- SQL condition that a value is within the range of its column in column_types; true if the column has no range. -#}
{% macro plausible_range(column, value) -%}
    {%- set type = column_types()[column] -%}
    {{ value ~ ' between ' ~ type.lowest ~ ' and ' ~ type.highest if type.lowest else 'true' }}
{%- endmacro %}
