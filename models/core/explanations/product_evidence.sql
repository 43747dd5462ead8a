-- Grain: cutoff × customer × product that is served × source × evidence product: what of the customer's history made the source
-- propose the product, the evidence_per_source strongest. total_score is the source's score as the sum over the whole history,
-- so evidence_score / total_score is the share. Sources whose score isn't such a sum, or too costly to take apart, have no
-- evidence_model and no rows; neither have scores of 0 or less, which have no shares.
with proposals as (
    select
        lists.cutoff_id,
        lists.customer_index,
        lists.product_index,
        sources.source
    from {{ ref('explained_lists') }} as lists
    inner join {{ ref('candidate_sources') }} as sources
        on {{ array_element('lists.log_ranks', 'sources.place') }} > 0
),

evidence as (
    -- A query there is even where no source has evidence.
    select
        source,
        cutoff_id,
        customer_index,
        product_index,
        product_index as evidence_index,
        cast(null as double) as evidence_score,
        cast(null as double) as total_score
    from proposals
    where false
    {%- for row in candidate_sources() if row.evidence_model %}
    union all
    select
        '{{ row.source }}' as source,
        cutoff_id,
        customer_index,
        product_index,
        evidence_index,
        evidence_score,
        total_score
    from {{ ref(row.evidence_model) }}
    {%- if row.evidence_model == 'pair_evidence' %}
    where source = '{{ row.source }}'
    {%- endif %}
    {%- endfor %}
),

ranked as (
    select
        evidence.source,
        proposals.cutoff_id,
        proposals.customer_index,
        proposals.product_index,
        evidence.evidence_index,
        evidence.evidence_score,
        evidence.total_score,
        row_number() over (
            partition by evidence.source, proposals.cutoff_id, proposals.customer_index, proposals.product_index
            order by evidence.evidence_score desc nulls last, evidence.evidence_index asc nulls last
        ) as evidence_rank
    from evidence
    inner join proposals
        on
            evidence.source = proposals.source
            and evidence.cutoff_id = proposals.cutoff_id
            and evidence.customer_index = proposals.customer_index
            and evidence.product_index = proposals.product_index
    where evidence.evidence_score > 0 and evidence.total_score > 0
)

select
    cutoff_id,
    customer_index,
    product_index,
    source,
    evidence_index,
    evidence_rank,
    evidence_score,
    total_score
from ranked
where evidence_rank <= {{ var('evidence_per_source') }}
