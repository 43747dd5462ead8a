{#- A period against the one before: (recent - previous) / (recent + previous), from -1 (stopped) over 0 (steady) to 1 (new); NULL
    where there was nothing in either. -#}
{% macro trend(recent, previous) -%}
    cast({{ recent }} - {{ previous }} as double) / nullif(cast({{ recent }} + {{ previous }} as double), 0)
{%- endmacro %}
