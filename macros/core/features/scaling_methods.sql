{#- The scaling methods: location (subtracted) and scale (divisor) as SQL over the statistics of a feature in scaling_parameters.
    The quartiles of a normal distribution are 1.349 standard deviations apart, so robust and z_score have the same unit. -#}
{% macro scaling_methods() %}
    {{ return({
        'min_max': {'location': 'lowest', 'scale': 'highest - lowest'},
        'z_score': {'location': 'mean', 'scale': 'deviation'},
        'robust': {'location': 'middle', 'scale': '(upper_quartile - lower_quartile) / 1.349'},
    }) }}
{% endmacro %}
