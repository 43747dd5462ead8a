{#- Relative change between two consecutive periods: (recent - previous) / (recent + previous), from -1 (stopped) over 0 (steady)
    to 1 (new); NULL if both are zero. -#}
{% macro trend(recent, previous) -%}
    cast({{ recent }} - {{ previous }} as double) / nullif(cast({{ recent }} + {{ previous }} as double), 0)
{%- endmacro %}
