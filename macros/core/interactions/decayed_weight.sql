{#- The weight of an interaction at a later time: halved for every half-life in between. -#}
{% macro decayed_weight(interactions, cutoff_at, half_life_days) -%}
    {{ interactions }}.weight * power(
        0.5,
        ({{ epoch_seconds(cutoff_at) }} - {{ epoch_seconds(interactions ~ '.occurred_at') }}) / 86400.0 / {{ half_life_days }}
    )
{%- endmacro %}
