{#- Whether the var ranking_method leaves anything to learn and to choose: a condition. Where it doesn't, no ranker is trained. -#}
{% macro ranker_is_used() %}{{ 'true' if var('ranking_method') in ['auto', 'stacked'] else 'false' }}{% endmacro %}
