{#- The relation of a mapped raw table: a dbt source (`source: shop.orders`) or model (`ref: orders`) of the user, a database
    relation, or files. For relations and files, `source('raw', table)` provides the lineage and the returned text reads the data.
    The reason is that the columns of a CSV file must be stated, and only its header lists them. Files of one glob are matched by
    column name. -#}
{% macro raw_relation(table) %}
    {%- set mapping = var('raw')[table] -%}
    {%- if mapping.source -%}
        {%- set name = mapping.source.split('.') -%}
        {{ return(source(name[0], name[1])) }}
    {%- endif -%}
    {%- if mapping.ref -%}
        {#- A model of the root project, or `<package>.<model>`. At run time, dbt allows a model to call ref only if it called ref
            while dbt parsed. Models that did not call ref read the columns too, so the relation name comes from the graph. -#}
        {%- set package, name = mapping.ref.split('.') if '.' in mapping.ref else (project_name, mapping.ref) -%}
        {{ return(ref(package, name) if not execute else graph.nodes.values() | selectattr('name', 'equalto', name)
            | selectattr('package_name', 'equalto', package) | selectattr('resource_type', 'in', ['model', 'seed', 'snapshot'])
            | map(attribute='relation_name') | first) }}
    {%- endif -%}
    {%- set declared = source('raw', table) -%}
    {%- if not execute or (model is defined and model.resource_type == 'unit_test') -%}
        {{ return(declared) }}
    {%- elif mapping.relation -%}
        {{ return('(select * from ' ~ mapping.relation ~ ')') }}
    {%- elif is_parquet(mapping) -%}
        {{ return(read_parquet_files(mapping)) }}
    {%- endif -%}
    {{ return('(' ~ rows_of_readings(csv_readings(mapping), mapping) ~ ')') }}
{% endmacro %}
