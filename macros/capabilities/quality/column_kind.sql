{#- How a column of the raw contract is profiled: `number`, `time`, `truth` or `text`. It repeats the types staging gives, because
    a model's SQL must be known before staging is built; tests/project/test_profiles.py holds the two together. -#}
{% macro column_kind(table, column) %}
    {%- if column not in raw_contract().get(table, {}).get('columns', []) -%}
        {{ exceptions.raise_compiler_error("column_kind: the raw contract has no column '" ~ column ~ "' in '" ~ table ~ "'.") }}
    {%- endif -%}
    {%- set kinds = {
        'number': ['age', 'price', 'size', 'quantity', 'unit_price', 'position', 'propensity'],
        'time': ['birth_date', 'signed_up_at', 'launched_at', 'ordered_at', 'occurred_at', 'given_at', 'shown_at', 'clicked_at',
                 'purchased_at', 'changed_at', 'requested_at'],
        'truth': ['is_available', 'is_granted'],
    } -%}
    {%- for kind, columns in kinds.items() if column in columns -%}
        {{ return(kind) }}
    {%- endfor -%}
    {{ return('text') }}
{% endmacro %}
