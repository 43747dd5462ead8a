{#- The proposals of all sources under one roof, with the name of the source: a query. -#}
{% macro proposed_candidates() %}
    {%- for row in candidate_sources() %}
    select
        '{{ row.source }}' as source,
        cutoff_id,
        customer_index,
        product_index,
        score
    from {{ ref(row.source ~ '_candidates') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
