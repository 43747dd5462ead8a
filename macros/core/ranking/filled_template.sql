{#- A template with its placeholders (reason_facts) replaced by the columns of a relation, or by nothing where none is given. -#}
{% macro filled_template(template, relation=none) %}
    {%- set filled = namespace(sql=template) -%}
    {%- for placeholder, column in reason_facts().items() -%}
        {%- set value = "coalesce(" ~ relation ~ "." ~ column ~ ", '')" if relation else "''" -%}
        {%- set filled.sql = "replace(" ~ filled.sql ~ ", '" ~ placeholder ~ "', " ~ value ~ ")" -%}
    {%- endfor -%}
    {{ return(filled.sql) }}
{% endmacro %}
