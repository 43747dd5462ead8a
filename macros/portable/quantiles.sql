{#- Several quantiles of a number at once, interpolated as percentile_cont does, as an array in the order of `fractions`. All of
    them share one sort state; a percentile_cont per quantile would keep one copy of the column each. -#}
{% macro quantiles(expression, fractions) %}{{ return(adapter.dispatch('quantiles')(expression, fractions)) }}{% endmacro %}

{% macro duckdb__quantiles(expression, fractions) -%}
    percentile_cont([{{ fractions | join(', ') }}]) within group (order by {{ expression }})
{%- endmacro %}

{% macro spark__quantiles(expression, fractions) %}percentile({{ expression }}, array({{ fractions | join(', ') }})){% endmacro %}
