{#- Numbers of the rows of one product in one list, as an array with a place per source in the order of candidate_sources, 0 where a source
    didn't propose the product: an aggregate. `place` is where each row's source stands in that order, 1 = first. -#}
{% macro scores_by_source(score, place) %}
    {%- set expressions = [] -%}
    {%- for row in candidate_sources() -%}
        {%- do expressions.append("coalesce(max(case when " ~ place ~ " = " ~ loop.index ~ " then " ~ score ~ " end), 0)") -%}
    {%- endfor -%}
    {{ return(array_of(expressions)) }}
{% endmacro %}
