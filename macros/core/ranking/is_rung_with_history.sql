{#- Whether a rung of the ladder is one of customers with a history: condition. -#}
{% macro is_rung_with_history(rung) %}{{ rung }} in ('history', 'fold_in'){% endmacro %}
