{#- Incremental models on Spark. Parquet tables cannot delete rows, so a build writes the kept rows and the new rows to a new
    table, which replaces the table. dbt-spark has no strategy that deletes rows of Parquet tables outside a partition. -#}
{% materialization incremental, adapter='spark', supported_languages=['sql', 'python'] %}
    {%- set language = model['language'] -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is none or should_full_refresh() -%}
        {{ drop_relation_if_exists(existing) }}
        {% call statement('main', language=language) -%}
            {{ create_table_as(false, target_relation, compiled_code, language) }}
        {%- endcall %}
    {%- else -%}
        {%- set found = api.Relation.create(schema=this.schema, identifier=this.identifier ~ '__found', type='table') -%}
        {%- do run_query('drop table if exists ' ~ found) -%}
        {% call statement('main', language=language) -%}
            {{ create_table_as(false, found, compiled_code, language) }}
        {%- endcall %}
        {%- do process_schema_changes(config.get('on_schema_change'), found, existing) -%}
        {%- set columns = adapter.get_columns_in_relation(existing) | map(attribute='quoted') | join(', ') -%}
        {%- set replaced = replaced_rows(config.get('incremental_strategy') or 'append', found) -%}
        {%- set rows -%}
            select {{ columns }} from {{ existing }} where not coalesce({{ replaced }}, false)
            union all
            select {{ columns }} from {{ found }}
        {%- endset -%}
        {%- do run_query(replace_table(target_relation, rows)) -%}
        {%- do run_query('drop table ' ~ found) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do persist_docs(target_relation, model) -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
