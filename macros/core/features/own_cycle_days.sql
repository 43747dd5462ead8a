{#- Days until a customer buys a product again: the geometric mean of the customer's own gaps and of two pseudo-gaps equal to the
    product's cycle. -#}
{% macro own_cycle_days(log_gap_sum, gap_count, cycle_days) -%}
    {%- set prior_gaps = 2 -%}
    exp((coalesce({{ log_gap_sum }}, 0) + ln({{ cycle_days }}) * {{ prior_gaps }}) / ({{ gap_count }} + {{ prior_gaps }}))
{%- endmacro %}
