{#- The raw contract: each table that a mapping may name, with its columns. `required` lists the columns that a mapped table must
    have. `time` is the column with the time at which the row was created. -#}
{% macro raw_contract() %}
    {{ return({
        'customers': {
            'required': ['customer_id'],
            'time': 'signed_up_at',
            'columns': ['customer_id', 'full_name', 'email', 'postcode', 'birth_date', 'age', 'gender', 'country', 'city',
                        'occupation', 'signed_up_at', 'acquisition_channel', 'preferred_categories'],
        },
        'products': {
            'required': ['product_id'],
            'time': 'launched_at',
            'columns': ['product_id', 'name', 'description', 'category', 'brand', 'price', 'cost', 'currency', 'size',
                        'size_unit', 'launched_at', 'is_available'],
        },
        'order_lines': {
            'required': ['order_id', 'product_id', 'quantity', 'ordered_at'],
            'time': 'ordered_at',
            'columns': ['order_id', 'customer_id', 'product_id', 'quantity', 'unit_price', 'currency', 'ordered_at', 'status',
                        'channel', 'device', 'country'],
        },
        'events': {
            'required': ['event_id', 'event_type', 'occurred_at'],
            'time': 'occurred_at',
            'columns': ['event_id', 'session_id', 'customer_id', 'product_id', 'event_type', 'occurred_at', 'device',
                        'country', 'referrer'],
        },
        'feedback': {
            'required': ['customer_id', 'product_id', 'verdict', 'given_at'],
            'time': 'given_at',
            'columns': ['customer_id', 'product_id', 'verdict', 'given_at'],
        },
        'impressions': {
            'required': ['impression_id', 'customer_id', 'product_id', 'position', 'shown_at'],
            'time': 'shown_at',
            'columns': ['impression_id', 'list_id', 'release_id', 'customer_id', 'product_id', 'position', 'experiment',
                        'variant', 'propensity', 'shown_at', 'clicked_at', 'added_to_cart_at', 'purchased_at'],
        },
        'consents': {
            'required': ['customer_id', 'purpose', 'is_granted', 'changed_at'],
            'time': 'changed_at',
            'columns': ['customer_id', 'purpose', 'is_granted', 'changed_at'],
        },
        'erasure_requests': {
            'required': ['customer_id', 'requested_at'],
            'time': 'requested_at',
            'columns': ['customer_id', 'requested_at'],
        },
    }) }}
{% endmacro %}
