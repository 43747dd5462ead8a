{#- The relation behind a mapped raw table: a dbt source (`source: shop.orders`) or model (`ref: orders`) of the user's own, a relation
    of the database, or its files. For the last two `source('raw', table)` gives the lineage and the text returned here does the
    reading, because the columns of a CSV file must be stated and only its header knows them. Files of one glob are matched by column name. -#}
{% macro raw_relation(table) %}
    {%- set mapping = var('raw')[table] -%}
    {%- if mapping.source -%}
        {%- set name = mapping.source.split('.') -%}
        {{ return(source(name[0], name[1])) }}
    {%- endif -%}
    {%- if mapping.ref -%}
        {#- A model of the project that is run, or `<package>.<model>`. dbt lets a model that runs call ref only where it called it
            while dbt parsed, and models that did not call it read the columns too. -#}
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
        {{ return('read_parquet(' ~ raw_file_pattern(mapping) ~ ', union_by_name = true)') }}
    {%- endif -%}
    {%- set readings = [] -%}
    {%- for reading in csv_readings(mapping) -%}
        {%- do readings.append('select * from ' ~ read_csv_strictly(reading, mapping)) -%}
    {%- endfor -%}
    {{ return('(' ~ readings | join(' union all by name ') ~ ')') }}
{% endmacro %}
