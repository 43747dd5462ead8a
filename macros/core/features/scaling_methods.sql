{#- The ways of scaling there are: what is taken off a value (location) and what it is divided by (scale), over the statistics that
    scaling_parameters keeps of each feature. The quartiles of a normal distribution lie 1.349 standard deviations apart, so that
    robust and z_score have the same unit. -#}
{% macro scaling_methods() %}
    {{ return({
        'min_max': {'location': 'lowest', 'scale': 'highest - lowest'},
        'z_score': {'location': 'mean', 'scale': 'deviation'},
        'robust': {'location': 'middle', 'scale': '(upper_quartile - lower_quartile) / 1.349'},
    }) }}
{% endmacro %}
