{#- Parses a text as a number in the format of an example (number_format); NULL if the text has another format. -#}
{% macro parse_number(text, type, example) -%}
    {%- set format = number_format(example) -%}
    {%- set bare = namespace(text="replace(replace(" ~ text ~ ", '\u00a0', ' '), '\u202f', ' ')") -%}
    {%- for sign in [format.before, format.after] if sign -%}
        {%- set bare.text = "replace(" ~ bare.text ~ ", " ~ sql_text(sign) ~ ", '')" -%}
    {%- endfor -%}
    {%- set bare.text = "trim(" ~ bare.text ~ ")" -%}
    {%- set whole = '[0-9]+' ~ ('|[0-9]{1,3}([' ~ format.thousands ~ '][0-9]{3})+' if format.thousands) -%}
    {%- set pattern = '^[-+]?(' ~ whole ~ ')([' ~ format.decimal ~ '][0-9]+)?$' -%}
    {%- set digits = "replace(" ~ bare.text ~ ", " ~ sql_text(format.thousands) ~ ", '')" if format.thousands else bare.text -%}
    case
        when {{ regexp_replace_all(bare.text, pattern | replace("'", "''"), '') }} = ''
            then try_cast(replace({{ digits }}, '{{ format.decimal }}', '.') as {{ type }})
    end
{%- endmacro %}
