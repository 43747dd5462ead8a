{#- Number of products of a list that the customers of a cell share, or the number that one customer takes. A customer takes the
    first candidates_per_source, and one more per interaction in the customer's history, so that as many remain without repeats.
    Lossy: a customer who had more than most_seen of the first products gets fewer. -#}
{% macro cell_list_depth(interaction_count=none) -%}
    {%- set most_seen = 1000 -%}
    {{ var('candidates_per_source') }} + {{ 'least(' ~ interaction_count ~ ', ' ~ most_seen ~ ')' if interaction_count else most_seen }}
{%- endmacro %}
