{#- An aggregate that estimates how many customers some rows belong to: it sets one of 62 bits per customer. `number` is an integer of the customer, as
    customer_index. Rows of several groups are joined by bit_or. marked_customers counts the bits: never more than there are customers, and few
    less while there are few. An exact count of distinct customers takes several times as long. -#}
{% macro customer_marks(number) -%}
    bit_or(cast(power(2, ({{ number }}) % 62) as bigint))
{%- endmacro %}
