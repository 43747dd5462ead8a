{#- The name of a list with the smallest edit distance to a given one; of several, the first in alphabetical order. -#}
{% macro nearest_name(given, names) %}
    {%- set distances = run_query(
        'select name from (' ~ literal_rows('name', names) ~ ') as names order by levenshtein(name, ' ~ sql_text(given) ~ '), name limit 1'
    ) -%}
    {{ return(distances.rows[0][0]) }}
{% endmacro %}
