{#- Number of labels of a list that count towards the learning sample, at most RANKING_K. -#}
{% macro counted_labels(count) %}{{ return('least(' ~ count ~ ', 10)') }}{% endmacro %}
