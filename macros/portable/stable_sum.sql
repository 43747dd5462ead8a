{#- A sum of doubles whose last digits don't depend on the order in which threads deliver the rows. -#}
{% macro stable_sum(expression) %}{{ return(adapter.dispatch('stable_sum')(expression)) }}{% endmacro %}

{% macro duckdb__stable_sum(expression) %}fsum({{ expression }}){% endmacro %}

{% macro spark__stable_sum(expression) %}cast(sum(cast({{ expression }} as decimal(38, 18))) as double){% endmacro %}
