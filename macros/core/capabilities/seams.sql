{#- The seams of the core: extension points at which a model of a capability may change the lists. The model, and what only it
    reads, is in the graph while `is_enabled` is true and the capability is on. The core reads the model through the macro seam.

    held_out_interactions   interactions that are labels instead of history, per customer and cutoff
    training_weights        training weights of the interactions of customers and products
    customer_directions     directions that are removed from the customer vectors of als
    ordered_pool            order in which the products of a pool enter the assembly
    placed_candidates       order in which candidates fill a list
    list_settings           vars of single lists at `live` (macro list_setting) -#}
{% macro seams() %}
    {{ return({
        'held_out_interactions': {
            'capability': 'evaluation', 'model': 'held_out_products',
            'is_enabled': var('evaluation_protocol') == 'leave_last_out',
        },
        'training_weights': {
            'capability': 'fairness', 'model': 'training_weights',
            'is_enabled': var('fairness_balancing_strength') != 0 or var('fairness_propensity_strength') != 0,
        },
        'customer_directions': {
            'capability': 'fairness', 'model': 'als_group_directions',
            'is_enabled': var('fairness_debias_strength') != 0,
        },
        'ordered_pool': {
            'capability': 'evaluation', 'model': 'valued_candidates',
            'is_enabled': var('value_weight') != 0,
        },
        'placed_candidates': {
            'capability': 'fairness', 'model': 'floored_candidates',
            'is_enabled': var('fairness_exposure_strength') != 0,
        },
        'list_settings': {
            'capability': 'experiments', 'model': 'variant_settings',
            'is_enabled': var('experiment_lists') is not false,
        },
    }) }}
{% endmacro %}
