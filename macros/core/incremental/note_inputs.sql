{#- Post-hook of incremental models: stores the fingerprint of the inputs in the table's comment, for forget_outdated to
    compare. -#}
{% macro note_inputs() %}
    {%- if execute -%}
        comment on table {{ this }} is 'Built from inputs {{ input_fingerprint(graph.nodes[model.unique_id]) }}'
    {%- endif -%}
{% endmacro %}
