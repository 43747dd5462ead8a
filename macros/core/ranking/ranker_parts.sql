{#- What each number the ranker sees is attributed to, in their order: the numbers of log_ranks and z_scores, one per source, to the
    source, the others to the family of the feature. A list of names. -#}
{% macro ranker_parts() %}
    {%- set names = [] -%}
    {%- for row in var('ranker_features') -%}
        {%- if row.feature in ['log_ranks', 'z_scores'] -%}
            {%- do names.extend(candidate_sources() | map(attribute='source') | list) -%}
        {%- else -%}
            {%- do names.append(row.family) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
