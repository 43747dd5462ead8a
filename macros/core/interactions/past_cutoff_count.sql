{#- How many cutoffs lie before `live`: one to test at, the back-tests, and those to tune at. -#}
{% macro past_cutoff_count() %}{{ return(1 + var('backtest_cutoffs') | int + var('tune_cutoffs') | int) }}{% endmacro %}
