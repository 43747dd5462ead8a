{#- Pseudonym of a raw customer id: the first 60 bits of the HMAC-SHA-256 of its text, as 12 digits of base 32. The key is in
    session variables (warehouse_operations/privacy/plugin.py), on Spark in a function (dbt_warehouse_recommender_spark.py), so
    that no SQL contains it. NULL if the key is missing. -#}
{% macro pseudonym(text) %}{{ return(adapter.dispatch('pseudonym')(text)) }}{% endmacro %}

{% macro duckdb__pseudonym(text) -%}
    {%- set inner = "sha256(getvariable('pseudonym_inner') || encode(" ~ text ~ "))" -%}
    {%- set outer = "sha256(getvariable('pseudonym_outer') || unhex(" ~ inner ~ "))" -%}
    lower(to_base(cast('0x' || left({{ outer }}, 15) as bigint), 32, 12))
{%- endmacro %}

{% macro spark__pseudonym(text) %}pseudonym({{ text }}){% endmacro %}
