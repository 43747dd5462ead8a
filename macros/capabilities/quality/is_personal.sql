{#- Whether a column of the raw contract identifies or dates a person, so that a profile may count its values but not show them.
    -#}
{% macro is_personal(table, column) %}
    {{ return(column == 'customer_id' or (table == 'customers' and column in ['full_name', 'email', 'postcode', 'birth_date'])) }}
{% endmacro %}
