{#- How the typed columns of the raw contract are parsed, as {column: {kind, type, lowest, highest}}; kind is `number`, `time` or
    `truth`. A value outside lowest and highest is implausible: a barcode typed as a quantity, a year 25. Prices in small
    currencies have up to ten digits; barcodes have twelve or thirteen. Books and films may be older than any shop, so launched_at
    has an earlier bound. Cleaning has separate rules for ages and dates of birth. A column that is absent here is text. -#}
{% macro column_types() %}
    {%- set price = {'kind': 'number', 'type': 'decimal(18, 4)', 'lowest': '-100000000000', 'highest': '100000000000'} -%}
    {%- set types = {
        'quantity': {'kind': 'number', 'type': 'decimal(18, 3)', 'lowest': '-10000000', 'highest': '10000000'},
        'unit_price': price,
        'price': price,
        'cost': dict(price, lowest='0'),
        'size': {'kind': 'number', 'type': 'decimal(18, 3)', 'lowest': '0', 'highest': '1000000000'},
        'age': {'kind': 'number', 'type': 'decimal(9, 2)'},
        'position': {'kind': 'number', 'type': 'bigint', 'lowest': '0', 'highest': '1000000'},
        'propensity': {'kind': 'number', 'type': 'double', 'lowest': '0', 'highest': '1'},
        'birth_date': {'kind': 'time', 'type': 'date'},
        'is_available': {'kind': 'truth', 'type': 'boolean'},
        'is_granted': {'kind': 'truth', 'type': 'boolean'},
    } -%}
    {%- set latest = "timestamp '9999-12-31 23:59:59'" -%}
    {%- do types.update({'launched_at': {'kind': 'time', 'type': 'timestamp', 'lowest': "timestamp '1000-01-01'",
        'highest': latest}}) -%}
    {%- for column in ['signed_up_at', 'ordered_at', 'occurred_at', 'given_at', 'shown_at', 'clicked_at', 'added_to_cart_at',
                       'purchased_at', 'changed_at', 'requested_at'] -%}
        {%- do types.update({column: {'kind': 'time', 'type': 'timestamp', 'lowest': "timestamp '" ~ var('earliest_time') ~ "'",
            'highest': latest}}) -%}
    {%- endfor -%}
    {{ return(types) }}
{% endmacro %}
