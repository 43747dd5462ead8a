{#- The form in which spellings of one name are equal: lower case, without blanks and punctuation ("Linden-Row " = "LINDEN
    ROW"). -#}
{% macro normal_form(text) -%}
    {{ regexp_replace_all("lower(" ~ text ~ ")", "[[:space:][:punct:]]", "") }}
{%- endmacro %}
