{#- Digest of the file of each seed that models of this package read, in alphabetical order, including seeds that replace the
    package's own. -#}
{% macro seed_fingerprints() %}
    {%- set read = [] -%}
    {%- for node in package_nodes() if node.resource_type == 'model' -%}
        {%- do read.extend(node.depends_on.nodes) -%}
    {%- endfor -%}
    {%- set digests = {} -%}
    {%- for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed') | sort(attribute='name')
        if node.unique_id in read -%}
        {%- set is_own = node.package_name == 'warehouse_recommender' -%}
        {%- do digests.update({node.name: files_md5([node.original_file_path]) if is_own else node.checksum.checksum}) -%}
    {%- endfor -%}
    {{ return(digests) }}
{% endmacro %}
