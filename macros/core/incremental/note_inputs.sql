{#- A post-hook of incremental models: notes on the table what it was built from, for forget_outdated to compare. -#}
{% macro note_inputs() %}
    {%- if execute -%}
        comment on table {{ this }} is 'Built from inputs {{ input_fingerprint(graph.nodes[model.unique_id]) }}'
    {%- endif -%}
{% endmacro %}
