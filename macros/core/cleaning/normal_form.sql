{#- The form in which spellings of one name meet: lower case, without blanks or punctuation ("Linden-Row " and "LINDEN ROW" alike). -#}
{% macro normal_form(text) -%}
    {{ regexp_replace_all("lower(" ~ text ~ ")", "[[:space:][:punct:]]", "") }}
{%- endmacro %}
