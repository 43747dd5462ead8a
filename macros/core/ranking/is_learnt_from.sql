{#- The condition under which weights and ranker learn from a list of tune: it is among the first lists drawn, or those before it have
    too few products to find. One product per list teaches little: only some of them are proposed at all. -#}
{% macro is_learnt_from(draw, labels_before) -%}
    ({{ draw }} <= {{ tuning_lists() }} or {{ labels_before }} < {{ tuning_labels() }})
{%- endmacro %}
