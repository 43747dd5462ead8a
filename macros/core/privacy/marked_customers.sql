{#- The number of customers in a column of customer_marks, at least: 0 where no row had a customer. -#}
{% macro marked_customers(marks) -%}
    coalesce(bit_count({{ marks }}), 0)
{%- endmacro %}
