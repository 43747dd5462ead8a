{#- Whether a row of protected_groups matches a value: the same text ignoring case, any text if the row has `*`, or a number from
    `lowest` (inclusive) to `below` (exclusive). -#}
{% macro is_of_group(groups, fields) -%}
    (
        ({{ groups }}.field_value = '*' and {{ fields }}.text_value is not null)
        or lower({{ groups }}.field_value) = lower({{ fields }}.text_value)
        or ({{ groups }}.lowest <= {{ fields }}.number_value and {{ fields }}.number_value < {{ groups }}.below)
    )
{%- endmacro %}
