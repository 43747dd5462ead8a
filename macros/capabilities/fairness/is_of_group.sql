{#- Whether a row of protected_groups speaks of a value: the same text but for case, any text where it says `*`, or a number from lowest
    to below `below`. -#}
{% macro is_of_group(groups, fields) -%}
    (
        ({{ groups }}.field_value = '*' and {{ fields }}.text_value is not null)
        or lower({{ groups }}.field_value) = lower({{ fields }}.text_value)
        or ({{ groups }}.lowest <= {{ fields }}.number_value and {{ fields }}.number_value < {{ groups }}.below)
    )
{%- endmacro %}
