{#- On Spark, models with the materialization `blocks` are plain tables, because Spark limits the memory of a query itself. -#}
{% materialization blocks, adapter='spark' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {% call statement('main') -%}{{ create_table_as(false, target_relation, sql) }}{%- endcall %}
    {{ run_hooks(post_hooks) }}
    {%- do persist_docs(target_relation, model) -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
