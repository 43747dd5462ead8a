{#- The seams of the core: places where a model of a capability may alter the lists. The model, and what only it reads, is in the graph
    while `is_wanted` holds and the capability is on; the core reads it through the macro seam.

    held_out_interactions   which interactions of a customer are labels and not history, at which cutoff
    training_weights        what a customer's or a product's interactions count in training
    customer_directions     directions that are taken out of the customers' factors of als
    placed_candidates       the order in which candidates fill a list -#}
{% macro seams() %}
    {{ return({
        'held_out_interactions': {
            'capability': 'evaluation', 'model': 'held_out_products',
            'is_wanted': var('evaluation_protocol') == 'leave_last_out',
        },
        'training_weights': {
            'capability': 'fairness', 'model': 'training_weights',
            'is_wanted': var('fairness_balancing_strength') != 0 or var('fairness_propensity_strength') != 0,
        },
        'customer_directions': {
            'capability': 'fairness', 'model': 'als_group_directions',
            'is_wanted': var('fairness_debias_strength') != 0,
        },
        'placed_candidates': {
            'capability': 'fairness', 'model': 'floored_candidates',
            'is_wanted': var('fairness_exposure_strength') != 0,
        },
    }) }}
{% endmacro %}
