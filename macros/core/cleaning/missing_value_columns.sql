{#- Which columns have a row in missing_value_policies, as {raw table: {column: policies it accepts}}. Only numbers have a median or
    neighbours, and an explicit unknown is only for names: an unknown e-mail address would be everybody's. -#}
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
