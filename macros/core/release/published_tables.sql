{#- The public models with the metadata that a release declares: a list of dicts with schema, name, description and definition.
    The schema in the release is the name of the folder. A definition has the node, the schema in the warehouse, the primary key,
    the columns (each with its description and whether it is required), the foreign keys, and the meta start_here: the position
    among the tables to read first. A foreign key is a `relationships` test that refers to the primary key of a public model. -#}
{% macro published_tables() %}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set tables = {} -%}
    {%- for node in package_nodes() if node.resource_type == 'model' and node.access == 'public' -%}
        {%- set columns = {} -%}
        {%- for name, column in node.columns.items() -%}
            {%- set required = column.constraints | selectattr('type', 'equalto', 'not_null') | list | length > 0 -%}
            {%- do columns.update({name: {'description': column.description | trim, 'is_required': required}}) -%}
        {%- endfor -%}
        {%- set keys = node.constraints | selectattr('type', 'equalto', 'primary_key') | map(attribute='columns') | list -%}
        {%- do tables.update({node.unique_id: {
            'schema': node.fqn[-2], 'name': node.alias, 'description': node.description | trim,
            'definition': {'node': node.unique_id, 'warehouse_schema': node.schema, 'primary_key': keys[0] if keys else [],
                           'columns': columns, 'references': {}, 'start_here': node.config.meta.get('start_here')},
        }}) -%}
    {%- endfor -%}
    {%- for test in package_nodes() if test.resource_type == 'test' and test.attached_node in tables and not test.config.where -%}
        {%- if test.test_metadata and test.test_metadata.name == 'relationships' -%}
            {%- set arguments = test.test_metadata.kwargs -%}
            {%- set parents = test.depends_on.nodes | reject('equalto', test.attached_node) | list or [test.attached_node] -%}
            {%- set parent = tables.get(parents[0]) -%}
            {%- if parent and parent.definition.primary_key == [arguments.field] -%}
                {%- do tables[test.attached_node].definition.references.update({
                    arguments.column_name: [parent.schema, parent.name, arguments.field],
                }) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(tables.values() | sort(attribute='name')) }}
{% endmacro %}
