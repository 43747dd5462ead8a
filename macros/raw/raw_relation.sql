{#- The relation behind a mapped raw table: a dbt source of the user's own (`source: shop.orders`), else the source
    raw.<table>, whose location models/staging/_staging__sources.yml makes of the mapping's `file` or `relation`. -#}
{% macro raw_relation(table) %}
    {%- set mapping = var('raw')[table] -%}
    {%- if mapping.source -%}
        {%- set name = mapping.source.split('.') -%}
        {{ return(source(name[0], name[1])) }}
    {%- else -%}
        {{ return(source('raw', table)) }}
    {%- endif -%}
{% endmacro %}
