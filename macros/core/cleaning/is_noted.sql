{#- Whether staging recorded a column of the row in unreadable_values or implausible_values (`notes`). -#}
{% macro is_noted(notes, column) %}coalesce(concat('; ', {{ notes }}) like '%; {{ column }}=%', false){% endmacro %}
