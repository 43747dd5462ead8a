{#- The scores of one product on one of the `normalisations`, as an array with a place per source in the order of candidate_sources, 0 where
    a source didn't propose the product: an aggregate over its rows of candidate_scores, called `relation`. -#}
{% macro scores_by_source(normalisation, relation) %}
    {%- set expressions = [] -%}
    {%- for row in var('candidate_sources') -%}
        {%- do expressions.append(
            "cast(max(case when " ~ relation ~ ".source = '" ~ row.source ~ "' then " ~ normalisations(relation)[normalisation]
            ~ " else 0 end) as float)"
        ) -%}
    {%- endfor -%}
    {{ return(array_of(expressions)) }}
{% endmacro %}
