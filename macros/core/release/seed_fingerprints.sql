{#- The md5 of the file of each seed, in the order of their names. -#}
{% macro seed_fingerprints() %}
    {%- set digests = {} -%}
    {%- for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed') | sort(attribute='name') -%}
        {%- do digests.update({node.name: files_md5([node.original_file_path])}) -%}
    {%- endfor -%}
    {{ return(digests) }}
{% endmacro %}
