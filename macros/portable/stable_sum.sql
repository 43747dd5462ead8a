{#- Sum of doubles that is the same to the last digit for every order in which threads deliver the rows: the terms are added as
    decimals of 18 places, which is exact. A compensated sum (fsum) is not enough, because it still differs between one thread and
    four. The sum of a single such sum can differ from it in the last digit, so a share of sums of sums is capped at 1. -#}
{% macro stable_sum(expression) %}cast(sum(cast({{ expression }} as decimal(38, 18))) as double){% endmacro %}
