{#- Degrees of freedom of the difference of two means whose values have variances of their own (Welch 1947). NULL where both
    errors are 0 or one of them is the mean of one value. -#}
{% macro welch_degrees(error_1, count_1, error_2, count_2) -%}
    ({{ error_1 }} + {{ error_2 }}) * ({{ error_1 }} + {{ error_2 }}) / nullif(
        {{ error_1 }} * {{ error_1 }} / nullif({{ count_1 }} - 1, 0)
        + {{ error_2 }} * {{ error_2 }} / nullif({{ count_2 }} - 1, 0), 0
    )
{%- endmacro %}
