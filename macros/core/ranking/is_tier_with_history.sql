{#- Condition that a tier is one of customers with a history. -#}
{% macro is_tier_with_history(tier) %}{{ tier }} in ('history', 'fold_in'){% endmacro %}
