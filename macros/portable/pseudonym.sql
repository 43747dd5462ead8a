{#- The pseudonym of a raw customer id: HMAC-SHA-256 of its text, of which the first 60 bits are kept, as 12 digits of base 32. The key
    is in variables of the session (warehouse_operations/privacy/plugin.py), so that it stands in no SQL. NULL where the key is missing. -#}
{% macro pseudonym(text) %}{{ return(adapter.dispatch('pseudonym')(text)) }}{% endmacro %}

{% macro duckdb__pseudonym(text) -%}
    {%- set inner = "sha256(getvariable('pseudonym_inner') || encode(" ~ text ~ "))" -%}
    {%- set outer = "sha256(getvariable('pseudonym_outer') || unhex(" ~ inner ~ "))" -%}
    lower(to_base(cast('0x' || left({{ outer }}, 15) as bigint), 32, 12))
{%- endmacro %}

{% macro spark__pseudonym(text) -%}
    {%- set inner = "sha2(concat(session.pseudonym_inner, encode(" ~ text ~ ", 'UTF-8')), 256)" -%}
    {%- set outer = "sha2(concat(session.pseudonym_outer, unhex(" ~ inner ~ ")), 256)" -%}
    lower(lpad(conv(left({{ outer }}, 15), 16, 32), 12, '0'))
{%- endmacro %}
