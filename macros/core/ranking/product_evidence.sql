{#- Query of the rows of all evidence models: source × served product × evidence_rank, with the share of the source's score. -#}
{% macro product_evidence() %}
    -- An empty branch, so that the columns exist even if no source has evidence.
    select
        '' as source,
        '' as cutoff_id,
        0 as customer_index,
        0 as product_index,
        0 as evidence_rank,
        0 as evidence_index,
        cast(0 as double) as evidence_score,
        cast(0 as double) as total_score
    where false
    {%- for row in candidate_sources() if row.evidence_model %}
    union all
    select
        '{{ row.source }}' as source,
        cutoff_id,
        customer_index,
        product_index,
        evidence_rank,
        evidence_index,
        evidence_score,
        total_score
    from {{ ref(row.evidence_model) }}
    {%- if row.evidence_model == 'pair_evidence' %}
    where source = '{{ row.source }}'
    {%- endif %}
    {%- endfor %}
{% endmacro %}
