{#- Metrics that fairness_checks may use. Per metric: the side; the level, a `group` or all groups of an `attribute` together; and
    the kind, `ratio` (harm: too low) or `gap` (harm: too high). -#}
{% macro fairness_metrics() %}
    {{ return({
        'ndcg_gap': {'side': 'customer', 'level': 'attribute', 'kind': 'gap'},
        'hit_rate_disparity': {'side': 'customer', 'level': 'attribute', 'kind': 'ratio'},
        'personal_list_disparity': {'side': 'customer', 'level': 'attribute', 'kind': 'ratio'},
        'ndcg_shortfall': {'side': 'customer', 'level': 'group', 'kind': 'gap'},
        'hit_rate_ratio': {'side': 'customer', 'level': 'group', 'kind': 'ratio'},
        'personal_list_ratio': {'side': 'customer', 'level': 'group', 'kind': 'ratio'},
        'calibration_excess': {'side': 'customer', 'level': 'group', 'kind': 'gap'},
        'exposure_parity': {'side': 'product', 'level': 'group', 'kind': 'ratio'},
        'exposure_merit': {'side': 'product', 'level': 'group', 'kind': 'ratio'},
        'opportunity_ratio': {'side': 'product', 'level': 'group', 'kind': 'ratio'},
        'opportunity_disparity': {'side': 'product', 'level': 'attribute', 'kind': 'ratio'},
        'opportunity_variation': {'side': 'product', 'level': 'attribute', 'kind': 'gap'},
        'representation_ratio': {'side': 'customer', 'level': 'group', 'kind': 'ratio'},
        'reference_ratio': {'side': 'customer', 'level': 'group', 'kind': 'ratio'},
    }) }}
{% endmacro %}
