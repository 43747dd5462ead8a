{#- Whether a tier is one of customers with a history: condition. -#}
{% macro is_tier_with_history(tier) %}{{ tier }} in ('history', 'fold_in'){% endmacro %}
