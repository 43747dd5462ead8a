{#- Aggregate that estimates the number of customers behind some rows: it sets one of 62 bits per customer. `number` is an integer
    of the customer, such as customer_index. bit_or combines the rows of several groups. marked_customers counts the bits: the
    count never exceeds the number of customers, and is close to it while there are few. An exact count of distinct customers
    takes several times as long. -#}
{% macro customer_marks(number) -%}
    bit_or(cast(power(2, ({{ number }}) % 62) as bigint))
{%- endmacro %}
