{#- The columns with a row in missing_value_policies, as {raw table: {column: accepted policies}}. Only numbers have a median or
    neighbours. Only names accept the explicit value unknown: customers with an e-mail address of unknown would all share it. -#}
{% macro missing_value_columns() %}
    {%- set name = ['unknown', 'mode', 'reject', 'leave'] -%}
    {{ return({
        'customers': {
            'age': ['median', 'knn', 'forest', 'reject', 'leave'],
            'gender': name,
            'country': name,
            'email': ['reject', 'leave'],
        },
        'products': {
            'price': ['median', 'reject', 'leave'],
            'category': name,
            'brand': name,
            'description': ['reject', 'leave'],
        },
        'order_lines': {'customer_id': ['reject', 'leave']},
        'events': {'customer_id': ['reject', 'leave']},
    }) }}
{% endmacro %}
