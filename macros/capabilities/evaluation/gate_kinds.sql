{#- Names of the gates and the kind of comparison of each: another source, the last release, or its bound only. -#}
{% macro gate_kinds() %}
    {{ return({
        'beats_popularity': 'source', 'beats_sources': 'source', 'holds_last_release': 'release', 'churn': 'release',
        'customer_coverage': 'bound', 'catalogue_coverage': 'bound',
    }) }}
{% endmacro %}
