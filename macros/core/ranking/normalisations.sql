{#- The scales on which sources are put so that they can be blended, by name: SQL over a row of candidate_scores, called `relation`. All give
    the source's first candidate 1 (a z-score more) and what it didn't propose 0. min_max keeps the gaps between products, z_score measures
    them in deviations from the last candidate, the ranks level them: reciprocal ranks the less, the more is added to them first. -#}
{% macro normalisations(relation) %}
    {%- set added_ranks = 5 -%}
    {{ return({
        'min_max': relation ~ '.min_max_score',
        'z_score': 'coalesce(' ~ relation ~ '.min_max_score / nullif(' ~ relation ~ '.score_deviation, 0), 1.0)',
        'reciprocal_rank': '(1.0 + ' ~ added_ranks ~ ') / (' ~ relation ~ '.source_rank + '
            ~ added_ranks ~ ')',
        'log_rank': '1.0 - ln(' ~ relation ~ '.source_rank) / ln(' ~ (var('candidates_per_source') | int + 1) ~ ')',
    }) }}
{% endmacro %}
