{#- The column of a raw table that says when a row came into being, by which its freshness is judged. -#}
{% macro arrival_column(table) %}
    {%- set columns = {
        'customers': 'signed_up_at',
        'products': 'launched_at',
        'order_lines': 'ordered_at',
        'events': 'occurred_at',
        'feedback': 'given_at',
        'impressions': 'shown_at',
        'consents': 'changed_at',
        'erasure_requests': 'requested_at',
    } -%}
    {%- if table not in columns -%}
        {{ exceptions.raise_compiler_error("arrival_column: unknown table '" ~ table ~ "'. Accepted: " ~ columns | join(', ') ~ ".") }}
    {%- endif -%}
    {{ return(columns[table]) }}
{% endmacro %}
