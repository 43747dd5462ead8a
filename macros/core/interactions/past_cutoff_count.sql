{#- Largest number of cutoffs before `live`: one test cutoff, the back-test cutoffs and the tuning cutoffs. -#}
{% macro past_cutoff_count() %}{{ return(1 + var('backtest_cutoffs') | int + most_tune_cutoffs()) }}{% endmacro %}
