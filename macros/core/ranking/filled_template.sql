{#- A template with its placeholders (reason_facts) replaced by the columns of a relation, or by nothing if there is none. A brace
    in a value is a control character until all placeholders are replaced, so that a value is never read as a template. -#}
{% macro filled_template(template, relation=none) %}
    {%- set filled = namespace(sql=template) -%}
    {%- for placeholder, column in reason_facts().items() -%}
        {%- set value = "replace(coalesce(" ~ relation ~ "." ~ column ~ ", ''), '{', chr(1))" if relation else "''" -%}
        {%- set filled.sql = "replace(" ~ filled.sql ~ ", '" ~ placeholder ~ "', " ~ value ~ ")" -%}
    {%- endfor -%}
    {{ return("replace(" ~ filled.sql ~ ", chr(1), '{')" if relation else filled.sql) }}
{% endmacro %}
