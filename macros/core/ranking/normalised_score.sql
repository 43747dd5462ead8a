{#- The score of a row of candidate_scores on the scale that an expression names: one of `normalisations`. -#}
{% macro normalised_score(normalisation, relation) -%}
    case {{ normalisation }}
    {%- for name, expression in normalisations(relation).items() %}
        when '{{ name }}' then {{ expression }}
    {%- endfor %}
    end
{%- endmacro %}
