{#- Statements that replace a table by the rows of a query, which may read the table. Only for Spark, which cannot delete rows. -#}
{% macro replace_table(relation, query) -%}
    {%- set replacement = api.Relation.create(schema=relation.schema, identifier=relation.identifier ~ '__replacement') -%}
    drop table if exists {{ replacement }};
    create table {{ replacement }} using parquet as {{ query }};
    drop table {{ relation }};
    alter table {{ replacement }} rename to {{ relation }}
{%- endmacro %}
