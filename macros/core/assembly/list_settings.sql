{#- The vars that a single list at `live` can have in place of the project's, at the seam list_settings: SQL type, and accepted
    values (default: those of public_vars). They act on the pool of a list, after all lists of a run have the same candidates.

    Vars that are not here, and why: list_length (every table of lists has one length), diversity_method (its steps are one SQL
    text for all lists; a diversity_lambda of 1 switches diversity off), pool_depth, pool_new_products and new_product_days (they
    make the pool), and the repeat policy `never` (it needs pools without repeats). -#}
{% macro list_settings() %}
    {{ return({
        'ranking_method': {'type': 'string', 'accepts': 'weighted | stacked | cascade'},
        'repeat_policy': {'type': 'string', 'accepts': 'always | replenishable'},
        'fatigue_factor': {'type': 'double'},
        'most_impressions_per_week': {'type': 'bigint'},
        'dislike_discount': {'type': 'double'},
        'diversity_lambda': {'type': 'double'},
        'exploration_slots': {'type': 'bigint'},
    }) }}
{% endmacro %}
