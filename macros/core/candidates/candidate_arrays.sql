{#- The columns product_indexes and scores of a source, best first: aggregates over the rows of a customer or a cell. -#}
{% macro candidate_arrays(score, rank) -%}
    {{ ranked_array('product_index', rank) }} as product_indexes,
    {{ ranked_array('cast(' ~ score ~ ' as float)', rank) }} as scores
{%- endmacro %}
