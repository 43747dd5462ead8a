{#- Several quantiles of a number at once, interpolated as percentile_cont does, as an array in the order of `fractions`. One sort
    state serves them all: percentile_cont written once per quantile keeps a copy of the column for each. -#}
{% macro quantiles(expression, fractions) %}{{ return(adapter.dispatch('quantiles')(expression, fractions)) }}{% endmacro %}

{% macro duckdb__quantiles(expression, fractions) -%}
    percentile_cont([{{ fractions | join(', ') }}]) within group (order by {{ expression }})
{%- endmacro %}

{% macro spark__quantiles(expression, fractions) %}percentile({{ expression }}, array({{ fractions | join(', ') }})){% endmacro %}
