{#- Fingerprint of the text of a node: its file, its contract, and the arguments and severity of a test. -#}
{% macro node_checksum(node) %}
    {%- set parts = [node.checksum.checksum, node.get('contract', {}).get('checksum'), node.get('test_metadata', {}).get('kwargs'),
                     node.config.get('severity')] -%}
    {{ return(local_md5(tojson(parts, sort_keys=true))) }}
{% endmacro %}
