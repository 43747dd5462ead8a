{#- What the gates may be called, and what each is held against: another source, the last release, or nothing but its bound. -#}
{% macro gate_kinds() %}
    {{ return({
        'beats_popularity': 'source', 'beats_sources': 'source', 'holds_last_release': 'release', 'churn': 'release',
        'customer_coverage': 'bound', 'catalogue_coverage': 'bound',
    }) }}
{% endmacro %}
