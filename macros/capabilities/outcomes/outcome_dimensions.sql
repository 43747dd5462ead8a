{#- Dimensions of the mart outcomes: columns of outcome_impressions, in the order of the documentation. -#}
{% macro outcome_dimensions() %}
    {{ return(['variant', 'tier', 'source', 'reason', 'position', 'segment']) }}
{% endmacro %}
