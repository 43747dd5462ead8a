{#- The two columns in which a source tells its candidates, best first: aggregates over the rows of a customer or a cell. -#}
{% macro candidate_arrays(score, rank) -%}
    {{ ranked_array('product_index', rank) }} as product_indexes,
    {{ ranked_array('cast(' ~ score ~ ' as float)', rank) }} as scores
{%- endmacro %}
