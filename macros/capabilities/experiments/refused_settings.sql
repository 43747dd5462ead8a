{#- Vars near those of list_settings that a variant cannot set, with the reason. -#}
{% macro refused_settings() %}
    {{ return({
        'list_length': 'all lists of a run have one length',
        'diversity_method': 'all lists of a run have one method; a diversity_lambda of 1 switches diversity off',
        'pool_depth': 'it acts before the list, on the pool',
        'pool_new_products': 'it acts before the list, on the pool',
        'new_product_days': 'it acts before the list, on the pool',
    }) }}
{% endmacro %}
