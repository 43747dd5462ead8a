{#- Condition that weights and ranker learn from a tuning list: it is among the first lists drawn, or the lists before it have too
    few labels. The limit on labels exists because lists with a single label teach little: only some of those products are
    proposed at all. -#}
{% macro is_tuning_sample(draw, labels_before) -%}
    ({{ draw }} <= {{ tuning_lists() }} or {{ labels_before }} < {{ tuning_labels() }})
{%- endmacro %}
