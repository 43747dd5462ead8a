{#- Condition that the var ranking_method can choose a learned ranker. Otherwise, no ranker is trained. -#}
{% macro ranker_is_used() %}{{ 'true' if var('ranking_method') in ['auto', 'stacked'] else 'false' }}{% endmacro %}
