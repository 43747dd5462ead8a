{#- `stable_sum` for terms that lie between -1000 and 1000: decimals of 15 places, which fit a machine word and are added several times as
    fast. For the largest tables; a larger term raises an error. -#}
{% macro stable_small_sum(expression) %}cast(sum(cast({{ expression }} as decimal(18, 15))) as double){% endmacro %}
