{#- Condition that a customer belongs to the global holdout: the hash with a salt of its own is below experiment_holdout_share. A
    higher share keeps all customers of the holdout. -#}
{% macro is_held_out(customer_id) -%}
    {{ hash_uniform("'holdout:' || " ~ customer_id) }} < {{ var('experiment_holdout_share') }}
{%- endmacro %}
