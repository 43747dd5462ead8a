-- Grain: cutoff × customer × product that is served × source × evidence product: what of the customer's history made the source
-- propose the product, the evidence_per_source strongest. total_score is the source's score as the sum over the whole history,
-- so evidence_score / total_score is the share. Sources whose score isn't such a sum, or too costly to take apart (spectral,
-- ease), have no rows; neither have scores of 0 or less, which have no shares. Read by recommendation_evidence and
-- recommendation_reasons.
with proposals as (
    select
        lists.cutoff_id,
        lists.customer_id,
        lists.product_id,
        lists.customer_index,
        lists.product_index,
        contributions.part as source
    from {{ ref('explained_lists') }} as lists
    inner join {{ ref('list_contributions') }} as contributions
        on
            lists.cutoff_id = contributions.cutoff_id
            and lists.customer_id = contributions.customer_id
            and lists.product_id = contributions.product_id
            and contributions.is_proposal
),

factored as (
    {%- for source in ['als', 'neighbours', 'content'] %}
    select
        '{{ source }}' as source,
        cutoff_id,
        customer_index,
        product_index,
        evidence_index,
        evidence_score,
        total_score
    from {{ ref(source ~ '_evidence') }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

joined as (
    select
        proposals.source,
        proposals.cutoff_id,
        proposals.customer_id,
        proposals.product_id,
        proposals.product_id as evidence_product_id,
        candidates.score as evidence_score
    from proposals
    inner join {{ ref('buy_again_candidates') }} as candidates
        on
            proposals.cutoff_id = candidates.cutoff_id
            and proposals.customer_id = candidates.customer_id
            and proposals.product_id = candidates.product_id
    where proposals.source = 'buy_again'
    union all
    select
        proposals.source,
        proposals.cutoff_id,
        proposals.customer_id,
        proposals.product_id,
        strengths.product_id as evidence_product_id,
        strengths.strength * companions.pair_score as evidence_score
    from proposals
    inner join {{ ref('customer_product_strengths') }} as strengths
        on
            proposals.cutoff_id = strengths.cutoff_id
            and proposals.customer_id = strengths.customer_id
    inner join {{ ref('product_companions') }} as companions
        on
            proposals.cutoff_id = companions.cutoff_id
            and strengths.product_id = companions.product_id
            and proposals.product_id = companions.companion_id
    where proposals.source = 'bought_together'
    union all
    select
        proposals.source,
        proposals.cutoff_id,
        proposals.customer_id,
        proposals.product_id,
        recent.product_id as evidence_product_id,
        recent.recent_weight * transitions.transition_score as evidence_score
    from proposals
    inner join {{ ref('recent_products') }} as recent
        on
            proposals.cutoff_id = recent.cutoff_id
            and proposals.customer_id = recent.customer_id
    inner join {{ ref('product_transitions') }} as transitions
        on
            proposals.cutoff_id = transitions.cutoff_id
            and recent.product_id = transitions.product_id
            and proposals.product_id = transitions.next_product_id
    where proposals.source = 'next_purchase'
),

found as (
    select
        source,
        cutoff_id,
        customer_id,
        product_id,
        evidence_product_id,
        evidence_score,
        cast(sum(cast(evidence_score as decimal(38, 18))) over (
            partition by source, cutoff_id, customer_id, product_id
        ) as double) as total_score
    from joined
    union all
    select
        factored.source,
        proposals.cutoff_id,
        proposals.customer_id,
        proposals.product_id,
        products.product_id as evidence_product_id,
        factored.evidence_score,
        factored.total_score
    from factored
    inner join proposals
        on
            factored.source = proposals.source
            and factored.cutoff_id = proposals.cutoff_id
            and factored.customer_index = proposals.customer_index
            and factored.product_index = proposals.product_index
    inner join {{ ref('clean_products') }} as products on factored.evidence_index = products.product_index
),

ranked as (
    select
        *,
        row_number() over (
            partition by source, cutoff_id, customer_id, product_id
            order by evidence_score desc nulls last, evidence_product_id asc nulls last
        ) as evidence_rank
    from found
    where evidence_score > 0 and total_score > 0
)

select
    cutoff_id,
    customer_id,
    product_id,
    source,
    evidence_product_id,
    evidence_rank,
    evidence_score,
    total_score
from ranked
where evidence_rank <= {{ var('evidence_per_source') }}
