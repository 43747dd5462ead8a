{#- Products in a list that the customers of a cell share. Each customer takes the first candidates_per_source of it, and as many more as
    there are interactions in the customer's history, so that what remains without repeats is as long. Lossy: a customer who had more
    than most_seen of the first products gets fewer. -#}
{% macro cell_list_depth(interaction_count=none) -%}
    {%- set most_seen = 1000 -%}
    {{ var('candidates_per_source') }} + {{ 'least(' ~ interaction_count ~ ', ' ~ most_seen ~ ')' if interaction_count else most_seen }}
{%- endmacro %}
