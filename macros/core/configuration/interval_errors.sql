{#- Half-width of a normal confidence interval in standard errors, per level that the var evaluation_confidence_level accepts. -#}
{% macro interval_errors() %}
    {{ return({
        0.8: 1.2815515655446004, 0.9: 1.6448536269514722, 0.95: 1.959963984540054, 0.98: 2.3263478740408408,
        0.99: 2.5758293035489004, 0.999: 3.2905267314919255,
    }) }}
{% endmacro %}
