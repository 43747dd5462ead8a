{#- Lower bound of the number of customers in a column of customer_marks: 0 if no row had a customer. -#}
{% macro marked_customers(marks) -%}
    coalesce(bit_count({{ marks }}), 0)
{%- endmacro %}
